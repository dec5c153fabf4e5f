package io.sirsi.wasm.wasmtime.internal;

import io.sirsi.spi.wasm.WasmEngine;
import io.sirsi.spi.wasm.WasmEngineContract;

class WasmtimeContractTest extends WasmEngineContract {

    @Override
    protected WasmEngine open() {
        return WasmtimeEngine.load(new Settings(256, 2));
    }

    @Override
    protected void close(WasmEngine opened) {
        ((WasmtimeEngine) opened).close();
    }
}
