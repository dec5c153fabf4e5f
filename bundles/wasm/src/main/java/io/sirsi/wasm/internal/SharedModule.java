package io.sirsi.wasm.internal;

import io.sirsi.spi.wasm.WasmEngine.CompiledModule;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A compiled module that several versions and the cache hold: closed when the last of them lets it
 * go. Thread-safe.
 */
final class SharedModule {

    private final CompiledModule module;
    private final int weight;
    private final AtomicInteger holders = new AtomicInteger(1);

    /** Held by whoever makes it. */
    SharedModule(CompiledModule module, int weight) {
        this.module = module;
        this.weight = weight;
    }

    int weight() {
        return weight;
    }

    /** {@return whether only the cache holds it, seen from within the cache} */
    boolean unused() {
        return holders.get() <= 1;
    }

    CompiledModule module() {
        return module;
    }

    /** {@return whether the caller holds it, too, now; false if it is closed} */
    boolean hold() {
        return holders.getAndUpdate(now -> now == 0 ? 0 : now + 1) > 0;
    }

    /** Is not held by the caller any more. */
    void release() {
        if (holders.decrementAndGet() == 0) {
            module.close();
        }
    }
}
