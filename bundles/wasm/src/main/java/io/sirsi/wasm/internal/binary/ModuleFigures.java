package io.sirsi.wasm.internal.binary;

/**
 * How large a module is.
 *
 * @param functions how many functions it has of its own
 * @param codeBytes how many bytes their bodies have together
 * @param instructions how many instructions they have together, labels of tables included
 * @param largestBody how many bytes the largest has
 * @param minimumPages how many pages of 64 KiB its memory begins with; 0 without a memory
 * @param maximumPages how many it can have, as lowered to the limit; 0 without a memory
 */
public record ModuleFigures(
        int functions,
        long codeBytes,
        int instructions,
        int largestBody,
        int minimumPages,
        int maximumPages) {

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
