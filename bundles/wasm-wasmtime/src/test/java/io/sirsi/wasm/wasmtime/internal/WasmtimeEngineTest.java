package io.sirsi.wasm.wasmtime.internal;

import static io.sirsi.spi.wasm.WasmCode.NO_RESULT;
import static io.sirsi.spi.wasm.WasmCode.code;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sirsi.spi.wasm.EngineLimits;
import io.sirsi.spi.wasm.WasmBuilder;
import io.sirsi.spi.wasm.WasmEngine.CompiledModule;
import io.sirsi.spi.wasm.WasmEngine.WasmInstance;
import io.sirsi.spi.wasm.WasmRejectedException;
import io.sirsi.spi.wasm.WasmTrap;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class WasmtimeEngineTest {

    private static final EngineLimits LIMITS = new EngineLimits(4, 10);
    private static final Duration AMPLE = Duration.ofSeconds(20);

    private final WasmtimeEngine engine = WasmtimeEngine.load(new Settings(2, 1));

    @AfterEach
    void stop() {
        engine.close();
    }

    @Test
    void one_instance_too_many_is_refused_until_another_is_closed() throws Exception {
        try (CompiledModule module = engine.compile(looping(), LIMITS);
                WasmInstance first = module.instantiate(List.of(), AMPLE)) {
            WasmInstance second = module.instantiate(List.of(), AMPLE);
            assertThatThrownBy(() -> module.instantiate(List.of(), AMPLE))
                    .isInstanceOfSatisfying(
                            WasmTrap.class,
                            trap -> assertThat(trap.kind()).isEqualTo(WasmTrap.Kind.OUT_OF_MEMORY))
                    .hasMessageContaining("2 instances");
            second.close();
            module.instantiate(List.of(), AMPLE).close();
            assertThat(first.usable()).isTrue();
        }
    }

    @Test
    void what_cannot_be_limited_is_rejected() {
        assertThatThrownBy(() -> engine.compile(new WasmBuilder().memory(1, -1).build(), LIMITS))
                .isInstanceOf(WasmRejectedException.class)
                .hasMessageContaining("lower its maximum");
        assertThatThrownBy(() -> engine.compile(new WasmBuilder().table(1, 11).build(), LIMITS))
                .isInstanceOf(WasmRejectedException.class)
                .hasMessageContaining("lower its maximum");
    }

    @Test
    void text_is_not_compiled() {
        assertThatThrownBy(
                        () ->
                                engine.compile(
                                        "(module (func))".getBytes(StandardCharsets.UTF_8), LIMITS))
                .isInstanceOf(WasmRejectedException.class);
    }

    @Test
    void a_stopped_engine_ends_its_guests() throws Exception {
        CompiledModule module = engine.compile(looping(), LIMITS);
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
        engine.close();
        assertThat(ended.get(20, TimeUnit.SECONDS)).isNotNull();
        assertThat(instance.usable()).isFalse();
        assertThatThrownBy(() -> module.instantiate(List.of(), AMPLE)).isInstanceOf(WasmTrap.class);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void five_hundred_instances_give_their_memory_back() throws Exception {
        byte[] code = looping();
        long before = 0;
        for (int i = 0; i < 500; i++) {
            if (i == 100) {
                before = residentBytes();
            }
            try (CompiledModule module = engine.compile(code, LIMITS);
                    WasmInstance instance = module.instantiate(List.of(), AMPLE)) {
                assertThat(instance.call("fine", AMPLE)).containsExactly(7);
            }
        }
        assertThat(residentBytes() - before).as("growth").isLessThan(48L << 20);
    }

    private static long residentBytes() throws Exception {
        System.gc();
        List<String> lines = Files.readAllLines(Path.of("/proc/self/status"));
        String line = lines.stream().filter(each -> each.startsWith("VmRSS:")).findFirst().get();
        return Long.parseLong(line.replaceAll("[^0-9]", "")) << 10;
    }

    private static byte[] looping() {
        return new WasmBuilder()
                .memory(1, 4)
                .export("fine", "-> i32", code().i32Const(7))
                .export("go", "->", code().loop(NO_RESULT).br(0).end())
                .build();
    }
}
