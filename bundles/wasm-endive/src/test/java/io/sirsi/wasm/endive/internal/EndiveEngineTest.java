package io.sirsi.wasm.endive.internal;

import static io.sirsi.spi.wasm.WasmCode.code;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sirsi.spi.wasm.EngineLimits;
import io.sirsi.spi.wasm.FunctionType;
import io.sirsi.spi.wasm.HostFunction;
import io.sirsi.spi.wasm.ValueType;
import io.sirsi.spi.wasm.WasmBuilder;
import io.sirsi.spi.wasm.WasmCode;
import io.sirsi.spi.wasm.WasmEngine.CompiledModule;
import io.sirsi.spi.wasm.WasmEngine.WasmInstance;
import io.sirsi.spi.wasm.WasmRejectedException;
import io.sirsi.spi.wasm.WasmTrap;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EndiveEngineTest {

    private static final Duration AMPLE = Duration.ofSeconds(20);

    private final EndiveEngine engine = new EndiveEngine();

    @BeforeEach
    void start() {
        engine.start();
    }

    @AfterEach
    void stop() {
        engine.stop();
    }

    @Test
    void it_is_named_and_tells_its_version() {
        assertThat(engine.name()).isEqualTo("endive");
        assertThat(engine.version()).isEqualTo("1.0.0");
    }

    @Test
    void a_module_with_ten_thousand_functions_is_compiled() throws Exception {
        WasmBuilder builder = new WasmBuilder();
        for (int i = 0; i < 10_000; i++) {
            builder.function("i32 -> i32", code().localGet(0).i32Const(i).i32Add());
        }
        builder.exportFunction("last", 9_999);
        try (CompiledModule module = engine.compile(builder.build(), new EngineLimits(1, 0));
                WasmInstance instance = module.instantiate(List.of(), Duration.ofSeconds(5))) {
            assertThat(instance.call("last", Duration.ofSeconds(5), 1)).containsExactly(10_000);
        }
    }

    @Test
    void an_instance_costs_little_beyond_its_memory() throws Exception {
        byte[] binary =
                new WasmBuilder()
                        .memory(2, 256)
                        .table(100, 10_000)
                        .data(60_000, new byte[] {1})
                        .export("none", "->", code())
                        .build();
        int count = 200;
        List<WasmInstance> instances = new ArrayList<>();
        try (CompiledModule module = engine.compile(binary, new EngineLimits(256, 10_000))) {
            instances.add(module.instantiate(List.of(), AMPLE));
            long before = usedHeap();
            for (int i = 0; i < count; i++) {
                instances.add(module.instantiate(List.of(), AMPLE));
            }
            assertThat((usedHeap() - before) / count).isLessThan(2 * 65_536 + 150 * 1024);
        }
        for (WasmInstance instance : instances) {
            instance.close();
        }
    }

    @Test
    void a_function_that_would_take_the_heap_to_be_compiled_is_rejected() {
        WasmCode blocks = code();
        for (int i = 0; i < 20_000; i++) {
            blocks.block(WasmCode.NO_RESULT).localGet(0).brIf(0).end();
        }
        WasmBuilder builder = new WasmBuilder();
        builder.function("i32 -> ", Collections.nCopies(4_000, ValueType.I64), blocks);
        byte[] binary = builder.build();
        assertThatThrownBy(() -> engine.compile(binary, new EngineLimits(1, 0)))
                .isInstanceOf(WasmRejectedException.class)
                .hasMessageContaining("4001 variables and 20000 blocks");
    }

    @Test
    void what_is_too_large_for_byte_code_is_interpreted() throws Exception {
        WasmCode sum = code().localGet(0);
        for (int i = 0; i < 30_000; i++) {
            sum.i32Const(1).i32Add();
        }
        byte[] binary = new WasmBuilder().export("sum", "i32 -> i32", sum).build();
        try (CompiledModule module = engine.compile(binary, new EngineLimits(1, 0));
                WasmInstance instance = module.instantiate(List.of(), AMPLE)) {
            assertThat(instance.call("sum", AMPLE, 5)).containsExactly(30_005);
        }
    }

    @Test
    void a_stopped_engine_ends_its_guests() throws Exception {
        byte[] binary =
                new WasmBuilder()
                        .export("go", "->", code().loop(WasmCode.NO_RESULT).br(0).end())
                        .build();
        CompiledModule module = engine.compile(binary, new EngineLimits(1, 0));
        WasmInstance instance = module.instantiate(List.of(), AMPLE);
        CompletableFuture<Throwable> ended = new CompletableFuture<>();
        Thread caller =
                new Thread(
                        () -> {
                            try {
                                instance.call("go", Duration.ofMinutes(1));
                            } catch (WasmTrap | IllegalStateException e) {
                                ended.complete(e);
                            }
                        },
                        "caller");
        caller.start();
        engine.stop();
        assertThat(ended.get(20, TimeUnit.SECONDS)).isNotNull();
        assertThatThrownBy(() -> module.instantiate(List.of(), AMPLE))
                .isInstanceOf(IllegalStateException.class);
    }

    private static long usedHeap() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    @Test
    void a_function_too_large_for_byte_code_is_interpreted_beside_those_that_are()
            throws Exception {
        WasmBuilder builder = new WasmBuilder();
        int seven = builder.importFunction("host", "seven", "-> i32");
        int large = builder.function("i32 -> i32", adding(30_000));
        builder.export("sum", "i32 -> i32", code().localGet(0).call(large).call(seven).i32Add());
        HostFunction host =
                new HostFunction(
                        "host",
                        "seven",
                        new FunctionType(List.of(), List.of(ValueType.I32)),
                        (memory, arguments) -> new long[] {7});
        try (CompiledModule module = engine.compile(builder.build(), new EngineLimits(1, 0));
                WasmInstance instance = module.instantiate(List.of(host), Duration.ofSeconds(5))) {
            assertThat(instance.call("sum", Duration.ofSeconds(5), 1)).containsExactly(30_008);
        }
    }

    @Test
    void what_is_interpreted_is_bounded_for_all_modules_together() throws Exception {
        WasmBuilder builder = new WasmBuilder().export("sum", "i32 -> i32", adding(80_000));
        byte[] binary = builder.build();
        CompiledModule first = engine.compile(binary, new EngineLimits(1, 0));

        assertThatThrownBy(() -> engine.compile(binary, new EngineLimits(1, 0)))
                .isInstanceOf(WasmRejectedException.class)
                .hasMessageContaining("too large for byte code have 160002 instructions")
                .hasMessageContaining("160002 of at most 300000");
        first.close();
        first.close();
        engine.compile(binary, new EngineLimits(1, 0)).close();
    }

    @Test
    void a_segment_that_filled_the_memory_is_gone_also_after_a_reset() throws Exception {
        WasmBuilder builder =
                new WasmBuilder()
                        .memory(1, 1)
                        .data(0, new byte[] {1})
                        .passiveData(new byte[] {2})
                        .export(
                                "again",
                                "i32 ->",
                                code().i32Const(8).i32Const(0).localGet(0).memoryInit(0));
        try (CompiledModule module = engine.compile(builder.build(), new EngineLimits(1, 0))) {
            try (WasmInstance instance = module.instantiate(List.of(), Duration.ofSeconds(5))) {
                instance.call("again", Duration.ofSeconds(5), 0);
                assertThat(instance.reset()).isTrue();
                assertThatThrownBy(() -> instance.call("again", Duration.ofSeconds(5), 1))
                        .isInstanceOf(WasmTrap.class);
            }
        }
    }

    private static WasmCode adding(int times) {
        WasmCode code = code().localGet(0);
        for (int i = 0; i < times; i++) {
            code.i32Const(1).i32Add();
        }
        return code;
    }
}
