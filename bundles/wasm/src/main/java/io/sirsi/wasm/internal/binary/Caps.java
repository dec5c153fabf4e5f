package io.sirsi.wasm.internal.binary;

/**
 * The most that a module may have of anything, whatever the node's limits are. An engine is to be
 * kept busy for seconds at most: a module of 140 KB with 40,000 locals and 20,000 blocks in one
 * function has been seen to take a compiler a gigabyte of memory.
 */
final class Caps {

    static final int MODULE_BYTES = 8 * 1024 * 1024;
    static final int TYPES = 10_000;

    /** Of one type, as in the specification's interface for JavaScript. */
    static final int PARAMETERS = 1_000;

    /** Of all types together. */
    static final int PARAMETERS_IN_ALL = 100_000;

    /** An engine may compare each with each other one. */
    static final int IMPORTS = 1_000;

    static final int FUNCTIONS = 50_000;
    static final int TABLES = 16;
    static final int GLOBALS = 10_000;
    static final int EXPORTS = 10_000;

    /** Go writes its data in tens of thousands. */
    static final int SEGMENTS = 50_000;

    /** Of all element segments together. */
    static final int ELEMENTS = 100_000;

    static final int BODY_BYTES = 512 * 1024;

    /**
     * Of all functions together; a label of a {@code br_table}, a parameter or result of a function
     * and {@link #PICTURES_AS_ONE} pictures count as one. An engine that reads them into objects
     * needs 70 to 200 bytes for each while it compiles (measured with Endive 1.0.0), and a node has
     * a heap of 512 MB.
     */
    static final int INSTRUCTIONS = 750_000;

    /** Of one function, parameters included. */
    static final int LOCALS = 4_000;

    static final int BLOCKS = 20_000;
    static final int NESTING = 5_000;

    /**
     * Branches of one function, each label of a {@code br_table} being one. A compiler to byte code
     * has been seen to take time with the square of how many lead to one place; beyond these, byte
     * code has no room for the function anyway.
     */
    static final int JUMPS = 20_000;

    /** On the stack of one function at a time; real ones have dozens. */
    static final int OPERANDS = 2_000;

    /**
     * So many locals and operands at a jump are as dear as an instruction: a compiler to byte code
     * takes up to 22 bytes for each (measured with Endive 1.0.0).
     */
    static final int PICTURES_AS_ONE = 8;

    /** Pages of 64 KiB of a 32-bit memory. */
    static final int PAGES = 65_536;

    private Caps() {}
}
