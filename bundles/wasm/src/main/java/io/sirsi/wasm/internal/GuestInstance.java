package io.sirsi.wasm.internal;

import io.sirsi.spi.wasm.WasmEngine.CompiledModule;
import io.sirsi.spi.wasm.WasmEngine.WasmInstance;
import io.sirsi.spi.wasm.WasmRejectedException;
import io.sirsi.spi.wasm.WasmTrap;
import io.sirsi.wasm.internal.guest.GuestImports;
import io.sirsi.wasm.internal.guest.GuestTask;
import java.time.Duration;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running copy of a module, with the host functions that it calls. Between tasks it is as it was
 * after its initialisation. Used by one thread at a time.
 */
final class GuestInstance implements AutoCloseable {

    private static final String INITIALIZE = "_initialize";
    private static final Logger LOG = LoggerFactory.getLogger(GuestInstance.class);

    private final WasmInstance instance;
    private final GuestImports imports;
    private final Beginning beginning;

    /**
     * How an instance begins.
     *
     * @param starting the task that its own code belongs to until it has one; makes a new one each
     *     time
     * @param limit the longest time for its own code until then
     * @param initialises whether it has an initialiser
     */
    record Beginning(Supplier<GuestTask> starting, Duration limit, boolean initialises) {

        /** {@return how an instance of this module begins} */
        static Beginning of(CompiledModule module, Supplier<GuestTask> starting, Duration limit) {
            return new Beginning(starting, limit, module.exports().containsKey(INITIALIZE));
        }
    }

    private GuestInstance(WasmInstance instance, GuestImports imports, Beginning beginning) {
        this.instance = instance;
        this.imports = imports;
        this.beginning = beginning;
    }

    /**
     * Makes an instance. Blocks while its own code runs.
     *
     * @param module what it is a copy of
     * @param imports what it may call; for this instance alone
     * @param beginning how it begins
     * @throws WasmRejectedException if the engine does not make it
     * @throws WasmTrap if its own code trapped, or took too long
     */
    static GuestInstance make(CompiledModule module, GuestImports imports, Beginning beginning)
            throws WasmRejectedException, WasmTrap {
        imports.bind(beginning.starting().get());
        WasmInstance instance = null;
        boolean whole = false;
        try {
            instance = module.instantiate(imports.functions(), beginning.limit());
            if (beginning.initialises()) {
                instance.call(INITIALIZE, beginning.limit());
            }
            whole = true;
            return new GuestInstance(instance, imports, beginning);
        } finally {
            imports.unbind();
            if (!whole && instance != null) {
                instance.close();
            }
        }
    }

    /** Lets a task begin: from now on the instance's calls are the task's. */
    void begin(GuestTask task) {
        imports.bind(task);
    }

    /** Ends the task that {@link #begin} began. */
    void end() {
        imports.unbind();
    }

    WasmInstance wasm() {
        return instance;
    }

    /** {@return whether it is as it was after its initialisation; else it must be closed} */
    boolean restart() {
        if (!instance.usable() || !instance.reset()) {
            return false;
        }
        // The engine knows the moment before the initialiser, which therefore runs again.
        imports.bind(beginning.starting().get());
        try {
            if (beginning.initialises()) {
                instance.call(INITIALIZE, beginning.limit());
            }
            return true;
        } catch (WasmTrap trap) {
            LOG.debug("an instance is not used again: {}", trap.sentence());
            return false;
        } finally {
            imports.unbind();
        }
    }

    @Override
    public void close() {
        instance.close();
    }
}
