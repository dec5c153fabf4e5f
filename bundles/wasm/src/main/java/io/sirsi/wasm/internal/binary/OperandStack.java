package io.sirsi.wasm.internal.binary;

/**
 * How high the stack of operands is while a body is read, and what that costs a compiler: it keeps
 * a picture of all locals and operands for each place that can be jumped to. Heights are right
 * where the module is valid, which engines check; where it is not, they stay within the caps.
 */
final class OperandStack {

    private final int[] bases = new int[Caps.NESTING + 1];
    private final int[] parameters = new int[Caps.NESTING + 1];
    private final int[] results = new int[Caps.NESTING + 1];
    private int locals;
    private int depth;
    private int height;
    private long pictures;

    /** Begins a body, which is a block itself. */
    void begin(int localsOfBody, Signature signature) {
        locals = localsOfBody;
        depth = 0;
        height = 0;
        bases[0] = 0;
        parameters[0] = 0;
        results[0] = signature.results();
    }

    /** Takes operands away and puts others on. */
    void move(Cursor in, int pops, int pushes) throws RefusedModuleException {
        height = Math.max(bases[depth], height - pops) + pushes;
        if (height > Caps.OPERANDS) {
            throw in.refused(
                    Rule.FUNCTION,
                    Words.figure(height)
                            + " operands on the stack: at most "
                            + Words.figure(Caps.OPERANDS));
        }
    }

    /** Opens a block, inside of {@link Caps#NESTING}. */
    void open(int takes, int gives) {
        int base = Math.max(bases[depth], height - takes);
        depth++;
        bases[depth] = base;
        parameters[depth] = takes;
        results[depth] = gives;
        height = base + takes;
    }

    /** Goes on with the other branch of an {@code if}. */
    void otherwise() {
        height = bases[depth] + parameters[depth];
    }

    /** Closes the innermost block; the last is the body. */
    void close() {
        height = bases[depth] + results[depth];
        depth--;
    }

    /** Whatever follows in this block is not reached. */
    void leave() {
        height = bases[depth];
    }

    /** Counts a place where a jump begins or ends. */
    void jump() {
        pictures += locals + height + 1;
    }

    /** {@return how many locals and operands there were at all jumps so far} */
    long pictures() {
        return pictures;
    }

    /** {@return how many blocks are open around the innermost, the body being the first} */
    int depth() {
        return depth;
    }
}
