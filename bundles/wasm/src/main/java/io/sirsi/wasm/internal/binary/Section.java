package io.sirsi.wasm.internal.binary;

import java.util.Locale;

/** A kind of section, in the order that a module must keep. */
enum Section {
    TYPE(1),
    IMPORT(2),
    FUNCTION(3),
    TABLE(4),
    MEMORY(5),
    GLOBAL(6),
    EXPORT(7),
    START(8),
    ELEMENT(9),
    DATA_COUNT(12),
    CODE(10),
    DATA(11);

    /** The number of the sections that stand outside the order. */
    static final int CUSTOM = 0;

    /** The number of the section of exceptions. */
    static final int TAG = 13;

    private final int id;

    Section(int id) {
        this.id = id;
    }

    int id() {
        return id;
    }

    /** {@return the kind with a number}; {@code in} says where it was found */
    static Section of(int id, Cursor in) throws RefusedModuleException {
        for (Section section : values()) {
            if (section.id == id) {
                return section;
            }
        }
        throw id == TAG
                ? in.refused(Rule.EXCEPTIONS, "exceptions are not run here: compile without them")
                : in.refused(Rule.SECTION, "there is no section " + id);
    }

    /** {@return its name in sentences, such as {@code data count section}} */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ') + " section";
    }
}
