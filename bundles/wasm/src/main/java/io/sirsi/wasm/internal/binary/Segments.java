package io.sirsi.wasm.internal.binary;

import java.util.OptionalInt;

/** Reads the segments that fill tables and memory. */
final class Segments {

    private final Declared declared;

    Segments(Declared declared) {
        this.declared = declared;
    }

    void elements(Cursor in) throws RefusedModuleException {
        int count = in.count("element segments", Caps.SEGMENTS, 3);
        for (int i = 0; i < count; i++) {
            elementSegment(in);
        }
        declared.elementSegments = count;
    }

    /**
     * The lowest bit of the flags: not active; the next: a table or kind is named; then:
     * expressions.
     */
    private void elementSegment(Cursor in) throws RefusedModuleException {
        int flags = flags(in, 7);
        boolean active = (flags & 1) == 0;
        boolean named = (flags & 2) != 0;
        boolean expressions = (flags & 4) != 0;
        if (active) {
            int table = named ? in.index("table", declared.tables.size()) : 0;
            if (table >= declared.tables.size()) {
                throw in.refused(Rule.INDEX, "an element segment fills a table that is not there");
            }
            Constants.read(in, declared);
        }
        if (!active || named) {
            if (expressions) {
                Type.readReference(in);
            } else if (in.u8() != 0) {
                throw in.refused(Rule.ENCODING, "an element segment is not one of functions");
            }
        }
        int count = in.count("elements of a segment", Caps.ELEMENTS, 1);
        declared.elements += count;
        if (declared.elements > Caps.ELEMENTS) {
            throw in.refused(
                    Rule.COUNT,
                    "all element segments together have more than "
                            + Words.figure(Caps.ELEMENTS)
                            + " elements");
        }
        for (int i = 0; i < count; i++) {
            if (expressions) {
                Constants.read(in, declared);
            } else {
                in.index("function", declared.functions.size());
            }
        }
    }

    void dataCount(Cursor in) throws RefusedModuleException {
        declared.dataCount = OptionalInt.of(in.count("data segments", Caps.SEGMENTS, 0));
    }

    void data(Cursor in) throws RefusedModuleException {
        int count = in.count("data segments", Caps.SEGMENTS, 2);
        for (int i = 0; i < count; i++) {
            int flags = flags(in, 2);
            if (flags == 2) {
                in.index("memory", declared.memories.size());
            }
            if (flags != 1) {
                if (declared.memories.isEmpty()) {
                    throw in.refused(Rule.INDEX, "a data segment fills a memory that is not there");
                }
                Constants.read(in, declared);
            }
            in.skip(in.count("bytes of a data segment", Caps.MODULE_BYTES, 1));
        }
        declared.dataSegments = count;
    }

    private static int flags(Cursor in, int most) throws RefusedModuleException {
        long flags = in.u32();
        if (flags > most) {
            throw in.refused(
                    Rule.ENCODING, "a segment has the flags " + flags + ": at most " + most);
        }
        return (int) flags;
    }
}
