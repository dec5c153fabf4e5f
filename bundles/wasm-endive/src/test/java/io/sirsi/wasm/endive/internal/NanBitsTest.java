package io.sirsi.wasm.endive.internal;

import static io.sirsi.spi.wasm.WasmCode.NO_RESULT;
import static io.sirsi.spi.wasm.WasmCode.code;
import static org.assertj.core.api.Assertions.assertThat;

import io.sirsi.spi.wasm.EngineLimits;
import io.sirsi.spi.wasm.WasmBuilder;
import io.sirsi.spi.wasm.WasmCode;
import io.sirsi.spi.wasm.WasmEngine.CompiledModule;
import io.sirsi.spi.wasm.WasmEngine.WasmInstance;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import run.endive.wasm.Parser;
import run.endive.wasm.WasmModule;
import run.endive.wasm.types.AnnotatedInstruction;

class NanBitsTest {

    private static final Duration AMPLE = Duration.ofSeconds(40);
    private static final int F64 = 0x7C;
    private static final int NOTHING = 0;
    private static final long F64_SIGNALLING = 0x7FF4_0000_0000_0000L;
    private static final int F32_SIGNALLING = 0x7FA0_0000;
    private static final int F32_QUIET = 0x7FC0_0000;
    private static final long F64_QUIET = 0x7FF8_0000_0000_0000L;
    private static final double[] NUMBERS = {
        0,
        -0.0,
        0.5,
        -0.5,
        2.5,
        -2.5,
        1e300,
        -1e300,
        Double.MIN_VALUE,
        -Double.MIN_VALUE,
        Double.POSITIVE_INFINITY,
        Double.NEGATIVE_INFINITY
    };

    private final EndiveEngine engine = new EndiveEngine();

    /**
     * How the engine runs a function, and how often it must be done until the JVM compiles that.
     */
    enum Mode {
        BYTE_CODE(2_000_000),
        INTERPRETED(20_000);

        private final int hot;

        Mode(int hot) {
            this.hot = hot;
        }
    }

    /** An instruction that the engine leaves to {@link Math}, as f32 and as f64. */
    enum Operation {
        MIN(0x96, 0xA4, 2),
        MAX(0x97, 0xA5, 2),
        CEIL(0x8D, 0x9B, 1),
        FLOOR(0x8E, 0x9C, 1),
        TRUNC(0x8F, 0x9D, 1),
        NEAREST(0x90, 0x9E, 1),
        SQRT(0x91, 0x9F, 1),
        ABS(0x8B, 0x99, 1);

        private final int narrow;
        private final int wide;
        private final int operands;

        Operation(int narrow, int wide, int operands) {
            this.narrow = narrow;
            this.wide = wide;
            this.operands = operands;
        }

        private double of(double x, double y) {
            return switch (this) {
                case MIN -> Math.min(x, y);
                case MAX -> Math.max(x, y);
                case CEIL -> Math.ceil(x);
                case FLOOR -> Math.floor(x);
                case TRUNC -> x < 0 ? Math.ceil(x) : Math.floor(x);
                case NEAREST -> Math.rint(x);
                case SQRT -> Math.sqrt(x);
                case ABS -> Math.abs(x);
            };
        }
    }

    @BeforeEach
    void start() {
        engine.start();
    }

    @AfterEach
    void stop() {
        engine.stop();
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void what_comes_out_of_an_operation_is_never_a_signalling_nan(Mode mode) throws Exception {
        try (WasmInstance guest = operations(mode)) {
            for (int times : new int[] {1, mode.hot}) {
                for (Operation each : EnumSet.complementOf(EnumSet.of(Operation.ABS))) {
                    quiet(guest, each, times);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void abs_takes_the_sign_of_a_nan_and_nothing_else(Mode mode) throws Exception {
        try (WasmInstance guest = operations(mode)) {
            for (int times : new int[] {1, mode.hot}) {
                for (int nan : new int[] {F32_SIGNALLING, F32_QUIET, F32_QUIET | 5}) {
                    int negative = nan | Integer.MIN_VALUE;
                    assertThat(narrow(guest, Operation.ABS, times, negative, 0)).isEqualTo(nan);
                }
                for (long nan : new long[] {F64_SIGNALLING, F64_QUIET, F64_QUIET | 5}) {
                    long negative = nan | Long.MIN_VALUE;
                    assertThat(wide(guest, Operation.ABS, times, negative, 0)).isEqualTo(nan);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void numbers_are_what_they_were(Mode mode) throws Exception {
        try (WasmInstance guest = operations(mode)) {
            for (Operation each : Operation.values()) {
                for (double x : NUMBERS) {
                    for (double y : each.operands == 1 ? new double[] {0} : NUMBERS) {
                        number(guest, each, x, y);
                    }
                }
                wide(guest, each, mode.hot, 0, 0);
                narrow(guest, each, mode.hot, 0, 0);
                for (double x : NUMBERS) {
                    number(guest, each, x, 1);
                }
            }
        }
    }

    private static void quiet(WasmInstance guest, Operation operation, int times) throws Exception {
        String what = operation + ", " + times + " times";
        for (int sign : new int[] {0, Integer.MIN_VALUE}) {
            int narrow = F32_SIGNALLING | sign;
            long wide = F64_SIGNALLING | (long) sign << 32;
            assertThat(narrow(guest, operation, times, narrow, 0) & F32_QUIET)
                    .as("f32 %s", what)
                    .isEqualTo(F32_QUIET);
            assertThat(wide(guest, operation, times, wide, 0) & F64_QUIET)
                    .as("f64 %s", what)
                    .isEqualTo(F64_QUIET);
            if (operation.operands == 2) {
                assertThat(narrow(guest, operation, times, 0, narrow) & F32_QUIET)
                        .as("f32 %s, second", what)
                        .isEqualTo(F32_QUIET);
                assertThat(wide(guest, operation, times, 0, wide) & F64_QUIET)
                        .as("f64 %s, second", what)
                        .isEqualTo(F64_QUIET);
            }
        }
    }

    private static void number(WasmInstance guest, Operation operation, double x, double y)
            throws Exception {
        double narrow = operation.of((float) x, (float) y);
        double wide = operation.of(x, y);
        String what = operation + " of " + x + " and " + y;
        if (!Double.isNaN(wide)) {
            assertThat(narrow(guest, operation, 1, bits((float) x), bits((float) y)))
                    .as("f32 %s", what)
                    .isEqualTo(bits((float) narrow));
            assertThat(wide(guest, operation, 1, bits(x), bits(y)))
                    .as("f64 %s", what)
                    .isEqualTo(bits(wide));
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void jumps_lead_to_where_they_led(Mode mode) throws Exception {
        WasmBuilder guest = builder().export("jumps", "i32 f64 -> f64", jumps(mode));
        try (WasmInstance instance = instance(guest)) {
            for (int way = 0; way < 4; way++) {
                for (double x : new double[] {-7.5, 3.5, 20.5}) {
                    assertThat(instance.call("jumps", AMPLE, way, bits(x)))
                            .as("way %d with %s", way, x)
                            .containsExactly(bits(jumped(way, x)));
                }
            }
        }
    }

    @Test
    void what_is_added_many_times_is_there_once() {
        WasmCode code = code().localGet(0);
        for (int i = 0; i < 10_000; i++) {
            code.op(Operation.FLOOR.wide);
        }
        WasmModule module = Parser.parse(new WasmBuilder().export("a", "f64 -> f64", code).build());

        List<AnnotatedInstruction> rewritten =
                NanBits.specified(module).codeSection().getFunctionBody(0).instructions();

        assertThat(rewritten).hasSize(30_002);
        Set<Object> different = Collections.newSetFromMap(new IdentityHashMap<>());
        different.addAll(rewritten);
        assertThat(different).hasSize(10_004);
    }

    @Test
    void a_body_without_such_instructions_stays_the_same_object() {
        WasmModule module =
                Parser.parse(
                        new WasmBuilder()
                                .export("a", "f64 -> f64", wide(Operation.NEAREST.wide, 0))
                                .build());
        assertThat(NanBits.specified(module).codeSection().getFunctionBody(0))
                .isSameAs(module.codeSection().getFunctionBody(0));
    }

    private static double jumped(int way, double x) {
        double y = x;
        if (way == 0) {
            y = Math.floor(y) + 1;
        }
        if (way <= 1) {
            y = Math.min(y, 10);
        }
        for (int left = 3; left > 0; left--) {
            y = Math.max(y + 1.25, -100);
        }
        return way == 3 ? (y < 0 ? Math.ceil(y) : Math.floor(y)) : Math.ceil(y) - 0.5;
    }

    /* A switch that falls through, a loop, an if with an else, and code that nobody reaches. */
    private static WasmCode jumps(Mode mode) {
        return code().block(NO_RESULT)
                .block(NO_RESULT)
                .block(NO_RESULT)
                .then(wide(0x9C, 1).drop())
                .localGet(0)
                .op(0x0E)
                .unsigned(2)
                .unsigned(0)
                .unsigned(1)
                .unsigned(2)
                .end()
                .then(wide(0x9C, 1))
                .f64Const(1)
                .f64Add()
                .localSet(1)
                .end()
                .localGet(1)
                .f64Const(10)
                .op(0xA4)
                .localSet(1)
                .end()
                .then(padding(mode))
                .then(looping())
                .block(NO_RESULT)
                .br(0)
                .then(wide(0x9B, 1).drop())
                .end()
                .localGet(0)
                .i32Const(3)
                .i32Sub()
                .ifTrue(F64)
                .then(wide(0x9B, 1))
                .f64Const(-0.5)
                .f64Add()
                .orElse()
                .then(wide(0x9D, 1))
                .end();
    }

    /* Three times; the number of the way counts up meanwhile, and is put back. */
    private static WasmCode looping() {
        return code().localGet(0)
                .i32Const(10)
                .i32Add()
                .localSet(0)
                .loop(NO_RESULT)
                .localGet(1)
                .f64Const(1.25)
                .f64Add()
                .f64Const(-100)
                .op(0xA5)
                .localSet(1)
                .localGet(0)
                .i32Const(10)
                .i32Add()
                .localSet(0)
                .localGet(0)
                .i32Const(40)
                .i32LtS()
                .brIf(0)
                .end()
                .localGet(0)
                .i32Const(40)
                .i32Sub()
                .localSet(0);
    }

    private static WasmCode wide(int opcode, int local) {
        return code().localGet(local).op(opcode);
    }

    private WasmInstance operations(Mode mode) throws Exception {
        WasmBuilder guest = builder();
        for (Operation each : Operation.values()) {
            guest.export(
                    "f32" + each,
                    "f32 f32 i32 i32 -> i32",
                    repeated(each.narrow, each.operands, mode, 0xBC, 0x71));
            guest.export(
                    "f64" + each,
                    "f64 f64 i64 i32 -> i64",
                    repeated(each.wide, each.operands, mode, 0xBD, 0x83));
        }
        return instance(guest);
    }

    /* Does it so many times, and gives the bits that all results have in common. */
    private static WasmCode repeated(int opcode, int operands, Mode mode, int toBits, int and) {
        WasmCode code = code().then(padding(mode)).loop(NO_RESULT).localGet(0);
        if (operands == 2) {
            code.localGet(1);
        }
        return code.op(opcode)
                .op(toBits)
                .localGet(2)
                .op(and)
                .localSet(2)
                .localGet(3)
                .i32Const(1)
                .i32Sub()
                .localSet(3)
                .localGet(3)
                .brIf(0)
                .end()
                .localGet(2);
    }

    /* Never runs, and makes a function too large for byte code. */
    private static WasmCode padding(Mode mode) {
        WasmCode padding = code();
        if (mode == Mode.INTERPRETED) {
            padding.i32Const(0).ifTrue(NO_RESULT);
            for (int i = 0; i < 12_000; i++) {
                padding.call(NOTHING);
            }
            padding.end();
        }
        return padding;
    }

    private static WasmBuilder builder() {
        WasmBuilder builder = new WasmBuilder();
        assertThat(builder.function("->", code())).isEqualTo(NOTHING);
        return builder;
    }

    private WasmInstance instance(WasmBuilder guest) throws Exception {
        try (CompiledModule module = engine.compile(guest.build(), new EngineLimits(1, 0))) {
            return module.instantiate(List.of(), AMPLE);
        }
    }

    private static int narrow(WasmInstance guest, Operation operation, int times, int x, int y)
            throws Exception {
        return (int) guest.call("f32" + operation, AMPLE, x, y, -1, times)[0];
    }

    private static long wide(WasmInstance guest, Operation operation, int times, long x, long y)
            throws Exception {
        return guest.call("f64" + operation, AMPLE, x, y, -1, times)[0];
    }

    private static int bits(float number) {
        return Float.floatToRawIntBits(number);
    }

    private static long bits(double number) {
        return Double.doubleToRawLongBits(number);
    }
}
