package io.sirsi.wasm.wasmtime.internal;

import io.sirsi.spi.wasm.WasmEngine;

/**
 * The engine Wasmtime as a node has it, with the values of its configuration file. In its package,
 * since only the framework starts it otherwise.
 */
public final class BenchWasmtime implements AutoCloseable {

    private static final Settings SETTINGS = new Settings(256, 2);

    private final WasmtimeEngine engine;

    /**
     * Loads the native library and starts it.
     *
     * @throws LinkageError if the library cannot be loaded
     */
    public BenchWasmtime() {
        engine = WasmtimeEngine.load(SETTINGS);
    }

    /** {@return it} */
    public WasmEngine engine() {
        return engine;
    }

    @Override
    public void close() {
        engine.close();
    }
}
