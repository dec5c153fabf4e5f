package io.sirsi.wasm.endive.internal;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import run.endive.wasm.WasmModule;
import run.endive.wasm.types.AnnotatedInstruction;
import run.endive.wasm.types.FunctionBody;
import run.endive.wasm.types.Instruction;
import run.endive.wasm.types.OpCode;

/**
 * Makes the NaNs that come out of a function those that the specification wants. The engine leaves
 * some instructions to {@link Math}, which leaves the bits of a NaN open: until the JVM has
 * compiled it, a signalling one goes through as it is, and {@code abs} leaves it its sign.
 *
 * <p>So -0 is added to what {@code min}, {@code max} and their like give: each number stays what it
 * is, both zeros too, and the processor makes a NaN quiet. (The JVM's compiler omits x - 0, x * 1
 * and a conversion there and back; {@code NanBitsTest} fails if it comes to omit x + -0.) {@code
 * abs} is exchanged for {@code copysign} of a positive number. The other instructions that the
 * engine leaves to {@code Math} give what they should.
 */
final class NanBits {

    private static final Map<OpCode, Rule> RULES = new EnumMap<>(OpCode.class);

    static {
        int minusZero = Float.floatToRawIntBits(-0.0f);
        long wideMinusZero = Double.doubleToRawLongBits(-0.0);
        Rule narrow = new Rule(true, OpCode.F32_CONST, minusZero, OpCode.F32_ADD);
        Rule wide = new Rule(true, OpCode.F64_CONST, wideMinusZero, OpCode.F64_ADD);
        int one = Float.floatToRawIntBits(1);
        RULES.put(OpCode.F32_MIN, narrow);
        RULES.put(OpCode.F32_MAX, narrow);
        RULES.put(OpCode.F64_MIN, wide);
        RULES.put(OpCode.F64_MAX, wide);
        RULES.put(OpCode.F64_CEIL, wide);
        RULES.put(OpCode.F64_FLOOR, wide);
        RULES.put(OpCode.F64_TRUNC, wide);
        RULES.put(OpCode.F32_ABS, new Rule(false, OpCode.F32_CONST, one, OpCode.F32_COPYSIGN));
    }

    private final List<AnnotatedInstruction> instructions;

    /* Where each instruction goes, and where they end. */
    private final int[] places;

    /* The same objects at each depth of blocks: many of them cost as much as one. */
    private final Map<AtDepth, List<AnnotatedInstruction>> more = new HashMap<>();

    /** A constant and an operation that come after an instruction, or in its place. */
    private record Rule(boolean after, OpCode constant, long bits, OpCode operation) {

        int length() {
            return after ? 3 : 2;
        }
    }

    private record AtDepth(Rule rule, int depth) {

        List<AnnotatedInstruction> instructions() {
            return List.of(
                    instruction(rule.constant(), new long[] {rule.bits()}),
                    instruction(rule.operation(), Instruction.EMPTY_OPERANDS));
        }

        private AnnotatedInstruction instruction(OpCode code, long[] operands) {
            return AnnotatedInstruction.builder()
                    .from(new Instruction(0, code, operands))
                    .withDepth(depth)
                    .build();
        }
    }

    private NanBits(List<AnnotatedInstruction> instructions) {
        this.instructions = instructions;
        this.places = new int[instructions.size() + 1];
        for (int i = 0; i < instructions.size(); i++) {
            Rule rule = RULES.get(instructions.get(i).opcode());
            places[i + 1] = places[i] + (rule == null ? 1 : rule.length());
        }
    }

    /** {@return the same module, with more instructions where a NaN may come out} */
    static WasmModule specified(WasmModule module) {
        return Bodies.exchange(NanBits::specified, module);
    }

    private static FunctionBody specified(FunctionBody body) {
        List<AnnotatedInstruction> instructions = body.instructions();
        boolean wrong = instructions.stream().anyMatch(each -> RULES.containsKey(each.opcode()));
        // Where a catch leads cannot be moved; no module with exceptions comes this far in a node.
        boolean catches = instructions.stream().anyMatch(each -> each.opcode() == OpCode.TRY_TABLE);
        return wrong && !catches
                ? new FunctionBody(body.localTypes(), new NanBits(instructions).rewritten())
                : body;
    }

    private List<AnnotatedInstruction> rewritten() {
        List<AnnotatedInstruction> rewritten = new ArrayList<>(places[instructions.size()]);
        for (AnnotatedInstruction each : instructions) {
            Rule rule = RULES.get(each.opcode());
            if (rule == null) {
                rewritten.add(placed(each));
                continue;
            }
            if (rule.after()) {
                rewritten.add(each);
            }
            rewritten.addAll(
                    more.computeIfAbsent(new AtDepth(rule, each.depth()), AtDepth::instructions));
        }
        return rewritten;
    }

    /**
     * {@return it, with where it leads as places of now; numbers of labels count blocks, and stay}
     */
    private AnnotatedInstruction placed(AnnotatedInstruction old) {
        boolean leads = old.labelTrue() >= 0 || old.labelFalse() >= 0;
        if (!leads && old.labelTable().isEmpty()) {
            return old;
        }
        AnnotatedInstruction.Builder placed =
                AnnotatedInstruction.builder().from(old).withDepth(old.depth());
        if (old.labelTrue() >= 0) {
            placed.withLabelTrue(places[old.labelTrue()]);
        }
        if (old.labelFalse() >= 0) {
            placed.withLabelFalse(places[old.labelFalse()]);
        }
        if (!old.labelTable().isEmpty()) {
            placed.withLabelTable(old.labelTable().stream().map(label -> places[label]).toList());
        }
        @Nullable Instruction scope = old.scope();
        if (scope != null) {
            placed.withScope(scope);
        }
        return placed.build();
    }
}
