package io.sirsi.wasm.internal;

import io.sirsi.spi.wasm.EngineLimits;
import io.sirsi.spi.wasm.WasmEngine;
import io.sirsi.spi.wasm.WasmRejectedException;
import io.sirsi.wasm.ModuleDigest;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The newest compiled modules, in memory only: a folder of compiled code would be a way to bring
 * code in past admission. One compilation at a time. Thread-safe.
 */
final class CompiledModules implements AutoCloseable {

    /** A module in the hands of one engine; the engine itself, for it may come back as another. */
    private record Key(WasmEngine engine, ModuleDigest digest, EngineLimits limits) {}

    private final int most;
    private final Map<Key, SharedModule> newestLast = new LinkedHashMap<>(16, 0.75f, true);

    /**
     * Makes an empty cache.
     *
     * @param most how many modules it holds, from 1
     */
    CompiledModules(int most) {
        this.most = most;
    }

    /**
     * Compiles a module, unless that has been done; the caller holds it and must release it.
     *
     * @param engine what compiles it
     * @param digest which module
     * @param binary its bytes, as admission has rewritten them for these limits
     * @param limits what an instance may have
     * @throws WasmRejectedException if the engine does not take it
     */
    synchronized SharedModule get(
            WasmEngine engine, ModuleDigest digest, byte[] binary, EngineLimits limits)
            throws WasmRejectedException {
        Key key = new Key(engine, digest, limits);
        SharedModule there = newestLast.get(key);
        if (there != null && there.hold()) {
            return there;
        }
        SharedModule made = new SharedModule(engine.compile(binary, limits));
        made.hold(); // once for the cache, once for the caller
        newestLast.put(key, made);
        if (newestLast.size() > most) {
            Key eldest = newestLast.keySet().iterator().next();
            SharedModule evicted = newestLast.remove(eldest);
            if (evicted != null) {
                evicted.release();
            }
        }
        return made;
    }

    /** Forgets what an engine has compiled, because it goes away. */
    synchronized void forget(WasmEngine engine) {
        newestLast
                .entrySet()
                .removeIf(
                        entry -> {
                            if (entry.getKey().engine() != engine) {
                                return false;
                            }
                            entry.getValue().release();
                            return true;
                        });
    }

    @Override
    public synchronized void close() {
        newestLast.values().forEach(SharedModule::release);
        newestLast.clear();
    }
}
