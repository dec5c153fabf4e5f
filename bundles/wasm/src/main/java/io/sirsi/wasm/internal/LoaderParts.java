package io.sirsi.wasm.internal;

import io.sirsi.audit.AuditTrail;
import io.sirsi.event.EventBus;
import io.sirsi.hypervisor.HypervisorAccess;
import io.sirsi.spi.security.SecretSource;
import io.sirsi.spi.wasm.WasmEngine;
import io.sirsi.telemetry.AgentMetrics;
import io.sirsi.wasm.internal.guest.GuestServices;
import io.sirsi.wasm.internal.guest.GuestTime;
import io.sirsi.wasm.internal.guest.GuestWorkers;
import io.sirsi.wasm.internal.guest.http.GuestHttp;
import io.sirsi.wasm.internal.signature.TrustedKeys;
import java.io.IOException;
import java.nio.file.Path;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;

/**
 * The parts of the loader, put together: the same in a node, in a test and in a benchmark. What
 * differs between these comes from around it.
 */
final class LoaderParts implements AutoCloseable {

    /** How many host calls may block at a time. */
    static final int HOST_CALL_THREADS = 64;

    private static final int COMPILED = 8;
    private static final long MAX_FILE = 9L << 20;

    private final Room room;
    private final GuestWorkers workers;
    private final ModuleLoader loader;
    private final DefaultWasmModules modules;
    private final EventBus bus;

    /**
     * What the loader finds around itself, at every moment anew.
     *
     * @param engines the engine of a name
     * @param types where agent types are made to exist
     * @param secrets where secrets come from; refuses if there is no such source
     * @param hypervisor who decides what agents may
     * @param metrics who is told what tasks used
     * @param bus who is told of installations
     * @param making where fresh instances are made
     */
    record Around(
            Function<String, Optional<WasmEngine>> engines,
            AgentTypes types,
            SecretSource secrets,
            Supplier<Optional<HypervisorAccess>> hypervisor,
            Supplier<Optional<AgentMetrics>> metrics,
            EventBus bus,
            Executor making) {}

    /**
     * Opens the store; loads nothing yet.
     *
     * @param settings what the operator chose
     * @param home where modules are kept
     * @param keys the folder of the trusted keys
     * @param around what it finds around itself
     * @throws IOException if the store cannot be opened
     */
    LoaderParts(WasmSettings settings, Path home, Path keys, Around around) throws IOException {
        WasmSettings.Pools pools = settings.pools();
        GuestTime time = GuestTime.of(Clock.systemUTC());
        this.bus = around.bus();
        this.workers = new GuestWorkers(HOST_CALL_THREADS, settings.hostCall());
        this.room = new Room(pools.maxInstances(), pools.maxPages());
        this.loader =
                new ModuleLoader(
                        settings,
                        around.engines(),
                        new CompiledModules(COMPILED, pools.maxInstructions()),
                        new GuestServices(
                                around.secrets(),
                                GuestHttp.ofNode(trustOfTheJdk(), false),
                                workers,
                                time,
                                new SecureRandom(),
                                around.types()::anyRuns),
                        new ModuleLoader.Running(room, around.making(), System::nanoTime),
                        () -> TrustedKeys.read(keys));
        this.modules =
                new DefaultWasmModules(
                        new DefaultWasmModules.Parts(
                                around.types(),
                                new ModuleStore(home),
                                loader,
                                new WasmAgentProvider.Means(
                                        time, around.hypervisor(), around.metrics()),
                                bus),
                        Clock.systemUTC(),
                        System::nanoTime);
    }

    Room room() {
        return room;
    }

    ModuleLoader loader() {
        return loader;
    }

    DefaultWasmModules modules() {
        return modules;
    }

    /**
     * Watches a folder for modules from now on.
     *
     * @param folder which
     * @param trail where it is written what comes by it
     * @return the folder, to be closed
     * @throws IOException if it cannot be watched
     */
    ModuleFolder watch(Path folder, AuditTrail trail) throws IOException {
        return new ModuleFolder(
                folder,
                MAX_FILE,
                new FolderDoor(modules, trail, bus, Clock.systemUTC()),
                System::nanoTime);
    }

    /** Ends the agent types that are modules, and the threads; the modules stay on disk. */
    @Override
    public void close() {
        modules.close();
        workers.close();
    }

    private static SSLContext trustOfTheJdk() {
        try {
            return SSLContext.getDefault();
        } catch (NoSuchAlgorithmException impossible) { // every Java platform has it
            throw new IllegalStateException(impossible);
        }
    }
}
