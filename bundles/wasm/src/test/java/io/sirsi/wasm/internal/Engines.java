package io.sirsi.wasm.internal;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sirsi.spi.wasm.WasmEngine;
import io.sirsi.wasm.endive.internal.StartedEngine;
import io.sirsi.wasm.wasmtime.internal.StartedWasmtime;
import java.util.List;

/** The engines that guests are tested with. */
enum Engines {
    ENDIVE,
    WASMTIME;

    /**
     * {@return where it deviates from the specification, and no guest gets anywhere by it: Wasmtime
     * 7 takes a reference to a function that nothing declares}
     */
    List<String> known() {
        return this == ENDIVE ? List.of() : List.of("ref_func:113 ");
    }

    /** An engine that runs until it is closed. */
    record Started(WasmEngine engine, Runnable ending) implements AutoCloseable {
        @Override
        public void close() {
            ending.run();
        }
    }

    /** {@return it, started; skips the test, with the reason, where its library does not load} */
    Started startOrSkip() {
        if (this == ENDIVE) {
            StartedEngine endive = new StartedEngine();
            return new Started(endive.engine(), endive::close);
        }
        try {
            StartedWasmtime wasmtime = new StartedWasmtime();
            return new Started(wasmtime.engine(), wasmtime::close);
        } catch (LinkageError missing) {
            assumeTrue(false, "the library of Wasmtime does not load here: " + missing);
            throw missing;
        }
    }
}
