package io.sirsi.wasm.endive.internal;

import static io.sirsi.spi.wasm.WasmCode.code;
import static org.assertj.core.api.Assertions.assertThat;

import io.sirsi.spi.wasm.EngineLimits;
import io.sirsi.spi.wasm.WasmBuilder;
import io.sirsi.spi.wasm.WasmEngine.CompiledModule;
import io.sirsi.spi.wasm.WasmEngine.WasmInstance;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EndiveEngineTest {

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
}
