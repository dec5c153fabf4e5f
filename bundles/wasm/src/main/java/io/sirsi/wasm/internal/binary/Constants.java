package io.sirsi.wasm.internal.binary;

/** Reads constant expressions: one instruction, and the end. */
final class Constants {

    private Constants() {}

    static void read(Cursor in, Declared declared) throws RefusedModuleException {
        int opcode = in.u8();
        switch (opcode) {
            case 0x41 -> in.signed(32);
            case 0x42 -> in.signed(64);
            case 0x43 -> in.skip(4);
            case 0x44 -> in.skip(8);
            case 0xd0 -> Type.readReference(in);
            case 0xd2 -> in.index("function", declared.functions.size());
            case 0x23 ->
                    throw in.refused(
                            Rule.CODE,
                            "a constant is read from a global: only imported ones could be, and"
                                    + " they are not run here");
            case 0xfd ->
                    throw in.refused(
                            Rule.SIMD, "vectors (v128) are not run here: compile without SIMD");
            case 0xfb -> throw in.refused(Rule.GC, "garbage collection is not run here");
            default ->
                    throw in.refused(
                            Rule.CODE,
                            "instruction " + Words.hex(opcode) + " cannot be in a constant");
        }
        if (in.u8() != 0x0b) {
            throw in.refused(Rule.CODE, "a constant has more than one instruction");
        }
    }
}
