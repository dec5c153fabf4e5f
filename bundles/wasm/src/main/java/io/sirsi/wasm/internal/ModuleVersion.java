package io.sirsi.wasm.internal;

import io.sirsi.spi.wasm.WasmEngine;
import io.sirsi.wasm.ModuleDigest;
import io.sirsi.wasm.ModuleManifest;
import io.sirsi.wasm.internal.binary.GuestMode;
import io.sirsi.wasm.internal.guest.GuestLimits;
import io.sirsi.wasm.internal.manifest.SettingsCheck;

/**
 * A module that has passed every check and can run tasks. Tasks enter and leave it; once it is
 * retired none enters, and when the last has left, what it holds is released. Thread-safe.
 */
final class ModuleVersion {

    private final About about;
    private final WasmEngine engine;
    private final SharedModule module;
    private final InstancePool pool;
    private int inside;
    private boolean retired;

    /**
     * What never changes in a version.
     *
     * @param manifest what it says of itself
     * @param digest which file it is
     * @param mode how it is run
     * @param limits what each of its tasks may use
     * @param engine the name of the engine that runs it
     * @param settings what settings its agents may have
     */
    record About(
            ModuleManifest manifest,
            ModuleDigest digest,
            GuestMode mode,
            GuestLimits limits,
            String engine,
            SettingsCheck settings) {}

    /**
     * Makes a version.
     *
     * @param about what never changes
     * @param engine what runs it
     * @param module the compiled module, which is held for this version already
     * @param pool its instances
     */
    ModuleVersion(About about, WasmEngine engine, SharedModule module, InstancePool pool) {
        this.about = about;
        this.engine = engine;
        this.module = module;
        this.pool = pool;
    }

    About about() {
        return about;
    }

    WasmEngine engine() {
        return engine;
    }

    InstancePool pool() {
        return pool;
    }

    /** {@return whether a task may run in it; whoever was let in leaves} */
    synchronized boolean enter() {
        if (retired) {
            return false;
        }
        inside++;
        return true;
    }

    /** A task that was let in has ended. */
    void leave() {
        boolean over;
        synchronized (this) {
            inside--;
            over = retired && inside == 0;
        }
        if (over) {
            release();
        }
    }

    /** Lets no task in any more. Idempotent; does not wait for those that are inside. */
    void retire() {
        boolean over;
        synchronized (this) {
            over = !retired && inside == 0;
            retired = true;
        }
        pool.close();
        if (over) {
            release();
        }
    }

    private void release() {
        pool.close();
        module.release();
    }
}
