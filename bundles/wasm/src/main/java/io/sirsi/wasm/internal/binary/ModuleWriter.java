package io.sirsi.wasm.internal.binary;

import java.io.ByteArrayOutputStream;
import java.util.List;

/** Writes the module that engines get. */
final class ModuleWriter {

    private static final int MAXIMUM_GIVEN = 1;

    private final ByteArrayOutputStream out;

    /** Begins a module of about so many bytes. */
    ModuleWriter(int size) {
        out = new ByteArrayOutputStream(size);
        out.writeBytes(new byte[] {0, 'a', 's', 'm', 1, 0, 0, 0});
    }

    /** Writes a section as it is. */
    void section(Section section, byte[] module, int from, int to) {
        out.write(section.id());
        u32(out, to - from);
        out.write(module, from, to - from);
    }

    /** Writes the section of tables with lowered maxima. */
    void tables(List<Declared.Limits> tables) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        u32(content, tables.size());
        for (Declared.Limits table : tables) {
            content.write(table.elements().code());
            limits(content, table);
        }
        section(Section.TABLE, content.toByteArray(), 0, content.size());
    }

    /** Writes the section of memories with lowered maxima. */
    void memories(List<Declared.Limits> memories) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        u32(content, memories.size());
        for (Declared.Limits memory : memories) {
            limits(content, memory);
        }
        section(Section.MEMORY, content.toByteArray(), 0, content.size());
    }

    byte[] bytes() {
        return out.toByteArray();
    }

    private static void limits(ByteArrayOutputStream to, Declared.Limits limits) {
        to.write(MAXIMUM_GIVEN);
        u32(to, limits.minimum());
        u32(to, limits.maximum());
    }

    private static void u32(ByteArrayOutputStream to, int value) {
        int rest = value;
        while ((rest & ~0x7f) != 0) {
            to.write((rest & 0x7f) | 0x80);
            rest >>>= 7;
        }
        to.write(rest);
    }
}
