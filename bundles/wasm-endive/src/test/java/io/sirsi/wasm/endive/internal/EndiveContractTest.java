package io.sirsi.wasm.endive.internal;

import io.sirsi.spi.wasm.WasmEngine;
import io.sirsi.spi.wasm.WasmEngineContract;

class EndiveContractTest extends WasmEngineContract {

    @Override
    protected WasmEngine open() {
        EndiveEngine engine = new EndiveEngine();
        engine.start();
        return engine;
    }

    @Override
    protected void close(WasmEngine opened) {
        ((EndiveEngine) opened).stop();
    }
}
