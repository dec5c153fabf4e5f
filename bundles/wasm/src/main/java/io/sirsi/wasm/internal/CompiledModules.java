package io.sirsi.wasm.internal;

import io.sirsi.spi.wasm.EngineLimits;
import io.sirsi.spi.wasm.WasmEngine;
import io.sirsi.spi.wasm.WasmRejectedException;
import io.sirsi.wasm.ModuleDigest;
import io.sirsi.wasm.internal.binary.AdmittedModule;
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
    private final long maxInstructions;
    private final Map<Key, SharedModule> newestLast = new LinkedHashMap<>(16, 0.75f, true);

    /**
     * Makes an empty cache.
     *
     * @param most how many modules it holds that nobody uses, from 0
     * @param maxInstructions how many instructions all modules may weigh together, used or not
     */
    CompiledModules(int most, long maxInstructions) {
        this.most = most;
        this.maxInstructions = maxInstructions;
    }

    /**
     * Compiles a module, unless that has been done; the caller holds it and must release it.
     *
     * @param engine what compiles it
     * @param digest which file it is
     * @param code what admission has made of it for these limits
     * @param limits what an instance may have
     * @throws WasmRejectedException if the engine does not take it, or there is no room for it
     */
    synchronized SharedModule get(
            WasmEngine engine, ModuleDigest digest, AdmittedModule code, EngineLimits limits)
            throws WasmRejectedException {
        Key key = new Key(engine, digest, limits);
        SharedModule there = newestLast.get(key);
        if (there != null && there.hold()) {
            return there;
        }
        int weight = code.figures().weight();
        makeRoom(weight);
        SharedModule made = new SharedModule(engine.compile(code.rewritten(), limits), weight);
        made.hold(); // once for the cache, once for the caller
        newestLast.put(key, made);
        while (unused() > most && giveUpOne()) {}
        return made;
    }

    private void makeRoom(int wanted) throws WasmRejectedException {
        while (weight() + wanted > maxInstructions) {
            if (!giveUpOne()) {
                throw new WasmRejectedException(
                        "it weighs "
                                + wanted
                                + " instructions, and the loaded modules weigh "
                                + weight()
                                + " of at most "
                                + maxInstructions
                                + " (maxInstructions): unload one first");
            }
        }
    }

    private long weight() {
        return newestLast.values().stream().mapToLong(SharedModule::weight).sum();
    }

    private long unused() {
        return newestLast.values().stream().filter(SharedModule::unused).count();
    }

    /** Lets the one go that nobody has used for the longest time. */
    private boolean giveUpOne() {
        for (Map.Entry<Key, SharedModule> eldest : newestLast.entrySet()) {
            if (eldest.getValue().unused()) {
                newestLast.remove(eldest.getKey()).release();
                return true;
            }
        }
        return false;
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
