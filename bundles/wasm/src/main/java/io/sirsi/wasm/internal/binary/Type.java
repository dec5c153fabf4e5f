package io.sirsi.wasm.internal.binary;

import io.sirsi.spi.wasm.ValueType;
import java.util.Locale;
import java.util.Optional;

/** A type of value inside a guest. */
enum Type {
    I32(0x7f),
    I64(0x7e),
    F32(0x7d),
    F64(0x7c),
    FUNCREF(0x70),
    EXTERNREF(0x6f);

    private final int code;

    Type(int code) {
        this.code = code;
    }

    /** {@return the next type} */
    static Type read(Cursor in) throws RefusedModuleException {
        return of(in.u8(), in);
    }

    /**
     * {@return the type of a code}
     *
     * @param in who says where it was found
     */
    static Type of(int code, Cursor in) throws RefusedModuleException {
        return switch (code) {
            case 0x7f -> I32;
            case 0x7e -> I64;
            case 0x7d -> F32;
            case 0x7c -> F64;
            case 0x70 -> FUNCREF;
            case 0x6f -> EXTERNREF;
            case 0x7b ->
                    throw in.refused(
                            Rule.SIMD, "vectors (v128) are not run here: compile without SIMD");
            case 0x63, 0x64, 0x69, 0x6a, 0x6b, 0x6c, 0x6d, 0x6e, 0x71, 0x72, 0x73, 0x74 ->
                    throw in.refused(
                            Rule.GC,
                            "type "
                                    + Words.hex(code)
                                    + " belongs to garbage collection or exceptions, which are not"
                                    + " run here");
            default -> throw in.refused(Rule.ENCODING, "there is no type " + Words.hex(code));
        };
    }

    /** {@return the next type, which must be one of references} */
    static Type readReference(Cursor in) throws RefusedModuleException {
        Type type = read(in);
        if (!type.reference()) {
            throw in.refused(Rule.ENCODING, type + " is not a type of references");
        }
        return type;
    }

    int code() {
        return code;
    }

    boolean reference() {
        return this == FUNCREF || this == EXTERNREF;
    }

    /** {@return what it is when it crosses to the host; empty if it cannot} */
    Optional<ValueType> crossing() {
        return reference() ? Optional.empty() : Optional.of(ValueType.valueOf(name()));
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
