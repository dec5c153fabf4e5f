package io.sirsi.wasm.wasmtime.internal;

/**
 * What an operator may choose.
 *
 * @param maxInstances how many instances may live at once, 1 to 4096
 * @param tickMs how often running guests look at the time, in ms, 1 to 100
 */
record Settings(int maxInstances, int tickMs) {

    Settings {
        if (maxInstances < 1 || maxInstances > 4096) {
            throw new IllegalArgumentException("maxInstances must be 1 to 4096: " + maxInstances);
        }
        if (tickMs < 1 || tickMs > 100) {
            throw new IllegalArgumentException("tickMs must be 1 to 100: " + tickMs);
        }
    }
}
