package io.sirsi.wasm.wasmtime.internal;

import io.sirsi.spi.wasm.WasmEngine;

/** The native engine, outside OSGi. */
public final class StartedWasmtime implements AutoCloseable {

    private static final int INSTANCES = 256;
    private static final int TICK_MS = 2;

    private final WasmtimeEngine engine;

    /**
     * Starts it.
     *
     * @throws LinkageError if the native library does not load
     */
    public StartedWasmtime() {
        engine = WasmtimeEngine.load(new Settings(INSTANCES, TICK_MS));
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
