package io.sirsi.wasm.internal.binary;

/**
 * Reads the bodies of functions instruction by instruction: knows each one, counts locals, blocks
 * and depth, and looks whether what is named exists. Types of operands are not checked: every
 * engine does that.
 */
final class BodyScan {

    /**
     * How far accesses may be aligned, as powers of 2, from i32.load (0x28) to i64.store32 (0x3e).
     */
    private static final byte[] ALIGNMENTS = {
        2, 3, 2, 3, 0, 0, 1, 1, 0, 0, 1, 1, 2, 2, 2, 3, 2, 3, 0, 1, 0, 1, 2
    };

    private static final int BLOCK = 0x02;
    private static final int LOOP = 0x03;
    private static final int IF = 0x04;
    private static final int ELSE = 0x05;
    private static final int END = 0x0b;

    private final Declared declared;

    /** For each open block, whether it is an {@code if} that may still have an {@code else}. */
    private final boolean[] branches = new boolean[Caps.NESTING + 1];

    private final OperandStack stack = new OperandStack();
    private int locals;
    private int blocks;
    private int jumps;

    BodyScan(Declared declared) {
        this.declared = declared;
    }

    /** Reads the code section. */
    void code(Cursor in) throws RefusedModuleException {
        int count = in.count("bodies", Caps.FUNCTIONS, 3);
        if (count != declared.ownFunctions()) {
            throw in.refused(
                    Rule.COUNT,
                    Words.many(declared.ownFunctions(), "function")
                            + " with another number of bodies, "
                            + Words.figure(count));
        }
        for (int i = 0; i < count; i++) {
            int number = declared.imports.size() + i;
            long length = in.u32();
            if (length > Caps.BODY_BYTES) {
                throw in.refused(
                        Rule.FUNCTION,
                        "function "
                                + number
                                + " has "
                                + Words.figure(length)
                                + " bytes: at most "
                                + Words.figure(Caps.BODY_BYTES));
            }
            body(in.part((int) length, "function " + number), declared.functions.get(number));
            declared.codeBytes += length;
            declared.largestBody = Math.max(declared.largestBody, (int) length);
        }
        declared.bodies = count;
        declared.pictures = stack.pictures();
    }

    private void body(Cursor in, Signature signature) throws RefusedModuleException {
        locals(in, signature);
        blocks = 0;
        jumps = 0;
        branches[0] = false;
        stack.begin(locals, signature);
        instructions(in, signature.parameters() + signature.results());
        while (stack.depth() >= 0) {
            int opcode = in.u8();
            instructions(in, 1);
            if (opcode >= 0x45 && opcode <= 0xc4) { // numbers: no immediates
                stack.move(in, takesOne(opcode) ? 1 : 2, 1);
            } else if (opcode >= 0x28 && opcode <= 0x3e) {
                access(in, ALIGNMENTS[opcode - 0x28]);
                boolean store = opcode >= 0x36;
                stack.move(in, store ? 2 : 1, store ? 0 : 1);
            } else {
                other(in, opcode);
            }
        }
        in.finish();
    }

    private void instructions(Cursor in, int more) throws RefusedModuleException {
        declared.instructions += more;
        if (declared.instructions + stack.pictures() / Caps.PICTURES_AS_ONE > Caps.INSTRUCTIONS) {
            throw in.refused(
                    Rule.CODE,
                    "more than "
                            + Words.figure(Caps.INSTRUCTIONS)
                            + " instructions in all functions, "
                            + Caps.PICTURES_AS_ONE
                            + " locals or operands at a jump, and each parameter of a function,"
                            + " counting as one");
        }
    }

    private void locals(Cursor in, Signature signature) throws RefusedModuleException {
        int groups = in.count("groups of locals", Caps.LOCALS, 2);
        long sum = signature.parameters();
        for (int i = 0; i < groups; i++) {
            sum += in.u32();
            Type.read(in);
            if (sum > Caps.LOCALS) {
                throw in.refused(
                        Rule.FUNCTION,
                        Words.figure(sum)
                                + " locals with its parameters: at most "
                                + Words.figure(Caps.LOCALS));
            }
        }
        locals = (int) sum;
    }

    /** Whether an instruction on numbers takes one of them and not two. */
    private static boolean takesOne(int opcode) {
        return opcode == 0x45 // tests
                || opcode == 0x50
                || (opcode >= 0x67 && opcode <= 0x69) // counts of bits
                || (opcode >= 0x79 && opcode <= 0x7b)
                || (opcode >= 0x8b && opcode <= 0x91) // signs and roundings
                || (opcode >= 0x99 && opcode <= 0x9f)
                || opcode >= 0xa7; // conversions
    }

    private void other(Cursor in, int opcode) throws RefusedModuleException {
        switch (opcode) {
            case 0x00, 0x0f -> stack.leave();
            case 0x01 -> {}
            case BLOCK, LOOP, IF -> open(in, opcode == IF);
            case ELSE -> otherwise(in);
            case END -> {
                stack.jump();
                stack.close();
            }
            case 0x0c, 0x0d, 0x0e -> branch(in, opcode);
            case 0x10, 0x11 -> call(in, opcode);
            case 0x1a -> stack.move(in, 1, 0);
            case 0x1b, 0x1c -> select(in, opcode);
            case 0x20, 0x21, 0x22, 0x23, 0x24, 0x25, 0x26 -> variable(in, opcode);
            case 0x3f, 0x40 -> {
                memory(in);
                stack.move(in, opcode == 0x40 ? 1 : 0, 1);
            }
            case 0x41, 0x42, 0x43, 0x44, 0xd0, 0xd2 -> constant(in, opcode);
            case 0xd1 -> stack.move(in, 1, 1);
            case 0xfc -> bulk(in);
            default -> throw unknown(in, opcode);
        }
    }

    private void constant(Cursor in, int opcode) throws RefusedModuleException {
        switch (opcode) {
            case 0x41 -> in.signed(32);
            case 0x42 -> in.signed(64);
            case 0x43 -> in.skip(4);
            case 0x44 -> in.skip(8);
            case 0xd0 -> Type.readReference(in);
            default -> in.index("function", declared.functions.size());
        }
        stack.move(in, 0, 1);
    }

    private void variable(Cursor in, int opcode) throws RefusedModuleException {
        switch (opcode) {
            case 0x20, 0x21, 0x22 -> in.index("local", locals);
            case 0x23, 0x24 -> in.index("global", declared.globals);
            default -> in.index("table", declared.tables.size());
        }
        switch (opcode) {
            case 0x20, 0x23 -> stack.move(in, 0, 1);
            case 0x21, 0x24 -> stack.move(in, 1, 0);
            case 0x26 -> stack.move(in, 2, 0);
            default -> stack.move(in, 1, 1); // local.tee and table.get
        }
    }

    private void call(Cursor in, int opcode) throws RefusedModuleException {
        Signature called;
        int pops;
        if (opcode == 0x10) {
            called = declared.functions.get(in.index("function", declared.functions.size()));
            pops = called.parameters();
        } else {
            called = declared.types.get(in.index("type", declared.types.size()));
            in.index("table", declared.tables.size());
            pops = called.parameters() + 1;
        }
        stack.move(in, pops, called.results());
    }

    private void open(Cursor in, boolean branch) throws RefusedModuleException {
        if (branch) {
            stack.move(in, 1, 0);
        }
        long type = in.signed(33);
        int takes = 0;
        int gives = 0;
        if (type >= 0) {
            if (type >= declared.types.size()) {
                throw in.refused(Rule.INDEX, "a block has type " + type + ", which is not there");
            }
            takes = declared.types.get((int) type).parameters();
            gives = declared.types.get((int) type).results();
        } else if (type < -64) {
            throw in.refused(Rule.ENCODING, "a block has type " + type);
        } else if (type != -64) {
            Type.of((int) type & 0x7f, in);
            gives = 1;
        }
        blocks++;
        if (blocks > Caps.BLOCKS) {
            throw in.refused(Rule.FUNCTION, "more than " + Words.figure(Caps.BLOCKS) + " blocks");
        }
        if (stack.depth() == Caps.NESTING) {
            throw in.refused(
                    Rule.FUNCTION, "blocks nested deeper than " + Words.figure(Caps.NESTING));
        }
        stack.jump();
        stack.open(takes, gives);
        branches[stack.depth()] = branch;
    }

    private void otherwise(Cursor in) throws RefusedModuleException {
        if (!branches[stack.depth()]) {
            throw in.refused(Rule.CODE, "an else without an if");
        }
        branches[stack.depth()] = false;
        stack.jump();
        stack.otherwise();
    }

    private void branch(Cursor in, int opcode) throws RefusedModuleException {
        int labels = opcode == 0x0e ? in.count("labels of br_table", Caps.JUMPS, 1) : 0;
        jumps += labels + 1;
        if (jumps > Caps.JUMPS) {
            throw in.refused(Rule.FUNCTION, "more than " + Words.figure(Caps.JUMPS) + " branches");
        }
        instructions(in, labels);
        for (int i = 0; i <= labels; i++) {
            in.index("label", stack.depth() + 1);
            stack.jump();
        }
        if (opcode == 0x0d) {
            stack.move(in, 1, 0);
        } else {
            stack.leave();
        }
    }

    private void select(Cursor in, int opcode) throws RefusedModuleException {
        if (opcode == 0x1c) {
            if (in.count("types of a select", 1, 1) != 1) {
                throw in.refused(Rule.CODE, "a select has no type");
            }
            Type.read(in);
        }
        stack.move(in, 3, 1);
    }

    private void access(Cursor in, int natural) throws RefusedModuleException {
        long alignment = in.u32();
        if (alignment >= 0x40 && alignment < 0x80) {
            throw in.refused(Rule.MEMORY, "an access names a memory: there is only one");
        }
        if (alignment > natural) {
            throw in.refused(Rule.CODE, "an access is aligned to 2^" + alignment + " bytes");
        }
        in.u32();
        needMemory(in);
    }

    private void memory(Cursor in) throws RefusedModuleException {
        if (in.u8() != 0) {
            throw in.refused(Rule.MEMORY, "an instruction names a memory: there is only one");
        }
        needMemory(in);
    }

    private void needMemory(Cursor in) throws RefusedModuleException {
        if (declared.memories.isEmpty()) {
            throw in.refused(Rule.INDEX, "it uses a memory, and has none");
        }
    }

    private void bulk(Cursor in) throws RefusedModuleException {
        long operation = in.u32();
        if (operation <= 7) { // conversions that saturate
            stack.move(in, 1, 1);
            return;
        }
        bulk(in, operation);
        switch ((int) operation) {
            case 9, 13 -> {}
            case 15 -> stack.move(in, 2, 1);
            case 16 -> stack.move(in, 0, 1);
            default -> stack.move(in, 3, 0);
        }
    }

    private void bulk(Cursor in, long operation) throws RefusedModuleException {
        switch ((int) Math.min(operation, 18)) {
            case 8 -> {
                dataSegment(in);
                memory(in);
            }
            case 9 -> dataSegment(in);
            case 10 -> {
                memory(in);
                memory(in);
            }
            case 11 -> memory(in);
            case 12 -> {
                in.index("element segment", declared.elementSegments);
                in.index("table", declared.tables.size());
            }
            case 13 -> in.index("element segment", declared.elementSegments);
            case 14 -> {
                in.index("table", declared.tables.size());
                in.index("table", declared.tables.size());
            }
            case 15, 16, 17 -> in.index("table", declared.tables.size());
            default -> throw in.refused(Rule.CODE, "there is no instruction 0xfc " + operation);
        }
    }

    private void dataSegment(Cursor in) throws RefusedModuleException {
        if (declared.dataCount.isEmpty()) {
            throw in.refused(
                    Rule.SECTION, "it uses a data segment without a data count section before");
        }
        in.index("data segment", declared.dataCount.getAsInt());
    }

    private static RefusedModuleException unknown(Cursor in, int opcode)
            throws RefusedModuleException {
        return switch (opcode) {
            case 0x12, 0x13 ->
                    in.refused(Rule.TAIL_CALLS, "tail calls are not run here: compile without");
            case 0x06, 0x07, 0x08, 0x09, 0x0a, 0x18, 0x19, 0x1f ->
                    in.refused(Rule.EXCEPTIONS, "exceptions are not run here: compile without");
            case 0x14, 0x15, 0xd3, 0xd4, 0xd5, 0xd6, 0xfb ->
                    in.refused(
                            Rule.GC,
                            "instruction "
                                    + Words.hex(opcode)
                                    + " belongs to garbage collection or typed references, which"
                                    + " are not run here");
            case 0xfd -> in.refused(Rule.SIMD, vectors(in.u32()));
            case 0xfe -> in.refused(Rule.THREADS, "atomic access is not run here");
            default -> in.refused(Rule.CODE, "there is no instruction " + Words.hex(opcode));
        };
    }

    private static String vectors(long operation) {
        return (operation >= 0x100 ? "relaxed vectors" : "vectors")
                + " (v128, 0xfd "
                + operation
                + ") are not run here: compile without SIMD";
    }
}
