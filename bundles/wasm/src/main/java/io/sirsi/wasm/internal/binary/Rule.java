package io.sirsi.wasm.internal.binary;

/** What a module must keep to be admitted. */
public enum Rule {
    /** It begins as a module of version 1 does. */
    FORMAT("format"),
    /** It is not larger than a module may be. */
    SIZE("size"),
    /** Its sections are known, in order, once each, and end where they say. */
    SECTION("section"),
    /** Numbers and names are encoded as the specification says, and nothing is cut off. */
    ENCODING("encoding"),
    /** There are not too many of anything. */
    COUNT("count"),
    /** Whatever is named by its number exists. */
    INDEX("index"),
    /** It imports only functions that the host has, as the host has them. */
    IMPORT("import"),
    /** It has at most one memory: 32-bit, not shared, within the limit. */
    MEMORY("memory"),
    /** Its tables are 32-bit and within the limit. */
    TABLE("table"),
    /** No name is exported twice. */
    EXPORT("export"),
    /** No function is large enough to keep a compiler busy for ever. */
    FUNCTION("function"),
    /** Instructions are known, and blocks are closed. */
    CODE("code"),
    /** Nothing of garbage collection and typed references. */
    GC("gc"),
    /** Nothing of exception handling. */
    EXCEPTIONS("exceptions"),
    /** No tail calls. */
    TAIL_CALLS("tail-calls"),
    /** Nothing shared between threads. */
    THREADS("threads"),
    /** No vectors: the default engine does not run them. */
    SIMD("simd");

    private final String id;

    Rule(String id) {
        this.id = id;
    }

    /** {@return its name in reports, lower-case letters and dashes} */
    public String id() {
        return id;
    }
}
