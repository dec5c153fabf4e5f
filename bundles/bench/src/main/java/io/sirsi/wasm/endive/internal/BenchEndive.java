package io.sirsi.wasm.endive.internal;

import io.sirsi.spi.wasm.WasmEngine;

/** The engine Endive as a node has it. In its package, since only the framework starts it else. */
public final class BenchEndive implements AutoCloseable {

    private final EndiveEngine engine = new EndiveEngine();

    /** Starts it. */
    public BenchEndive() {
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
