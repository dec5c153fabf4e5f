package io.sirsi.wasm.endive.internal;

import io.sirsi.spi.wasm.WasmTrap;

/** Carries the trap of a host function through the engine, which declares no checked exceptions. */
final class HostTrap extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final WasmTrap trap;

    HostTrap(WasmTrap trap) {
        super(trap.sentence(), null, false, false);
        this.trap = trap;
    }

    WasmTrap trap() {
        return trap;
    }
}
