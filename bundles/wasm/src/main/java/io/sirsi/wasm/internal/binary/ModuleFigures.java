package io.sirsi.wasm.internal.binary;

/**
 * How large a module is.
 *
 * @param functions how many functions it has of its own
 * @param codeBytes how many bytes their bodies have together
 * @param weight what it costs whoever compiles and keeps it, in instructions: those that it has,
 *     and as many as would cost the same as all else that it has
 * @param largestBody how many bytes the largest has
 * @param minimumPages how many pages of 64 KiB its memory begins with; 0 without a memory
 * @param maximumPages how many it can have, as lowered to the limit; 0 without a memory
 * @param besidesMemory about how many bytes an instance can take besides its memory: tables,
 *     globals, and what an engine keeps for each function
 */
public record ModuleFigures(
        int functions,
        long codeBytes,
        int weight,
        int largestBody,
        int minimumPages,
        int maximumPages,
        long besidesMemory) {

    /** {@return one line for people} */
    @Override
    public String toString() {
        return Words.many(functions, "function")
                + ", "
                + Words.many(codeBytes, "byte")
                + " of code, memory "
                + Words.figure(minimumPages)
                + " to "
                + Words.figure(maximumPages)
                + " pages";
    }
}
