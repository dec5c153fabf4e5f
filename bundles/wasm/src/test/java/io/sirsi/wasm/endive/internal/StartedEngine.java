package io.sirsi.wasm.endive.internal;

import io.sirsi.spi.wasm.WasmEngine;

/** The default engine, outside OSGi. */
public final class StartedEngine implements AutoCloseable {

    private final EndiveEngine engine = new EndiveEngine();

    /** Starts it. */
    public StartedEngine() {
        engine.start();
    }

    /** {@return it} */
    public WasmEngine engine() {
        return engine;
    }

    @Override
    public void close() {
        engine.stop();
    }
}
