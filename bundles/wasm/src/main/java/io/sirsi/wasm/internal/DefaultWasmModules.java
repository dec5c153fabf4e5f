package io.sirsi.wasm.internal;

import io.sirsi.agent.AgentType;
import io.sirsi.event.Event;
import io.sirsi.event.EventBus;
import io.sirsi.failure.RefusedException;
import io.sirsi.hypervisor.AgentAuthority;
import io.sirsi.spi.wasm.WasmEngine;
import io.sirsi.task.TaskSpec;
import io.sirsi.wasm.InstalledModule;
import io.sirsi.wasm.ModuleDigest;
import io.sirsi.wasm.ModuleFile;
import io.sirsi.wasm.ModuleInstalled;
import io.sirsi.wasm.ModuleManifest;
import io.sirsi.wasm.ModuleReport;
import io.sirsi.wasm.ModuleStats;
import io.sirsi.wasm.ModuleTrial;
import io.sirsi.wasm.ModuleUnloaded;
import io.sirsi.wasm.WasmModules;
import io.sirsi.wasm.internal.guest.Guest;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The installed modules. One lock orders all changes; tasks never wait for it. A change is first on
 * disk, then true, then told.
 */
final class DefaultWasmModules implements WasmModules, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(DefaultWasmModules.class);

    /** Types that bundles of the platform have, whether or not they are there at the moment. */
    private static final Set<String> RESERVED = Set.of("host", "aws", "azure", "gcp", "system");

    private static final Duration TRIAL = Duration.ofMinutes(5);

    private final AgentTypes types;
    private final ModuleStore store;
    private final ModuleLoader loader;
    private final WasmAgentProvider.Means agents;
    private final EventBus bus;
    private final Clock clock;
    private final LongSupplier nanoTime;
    private final ReentrantLock changes = new ReentrantLock();
    private final Map<AgentType, ServedModule> served = new ConcurrentSkipListMap<>();

    /**
     * What the modules work with.
     *
     * @param types where agent types are made to exist
     * @param store where modules are kept
     * @param loader what makes versions of files
     * @param agents what their agents share
     * @param bus what is told
     */
    record Parts(
            AgentTypes types,
            ModuleStore store,
            ModuleLoader loader,
            WasmAgentProvider.Means agents,
            EventBus bus) {}

    DefaultWasmModules(Parts parts, Clock clock, LongSupplier nanoTime) {
        this.types = parts.types();
        this.store = parts.store();
        this.loader = parts.loader();
        this.agents = parts.agents();
        this.bus = parts.bus();
        this.clock = clock;
        this.nanoTime = nanoTime;
        loader.makeRoomBy(this::makeRoom);
        loader.refuseTypesBy(this::foreign);
    }

    /**
     * Loads what is installed, as far as its engine is there.
     *
     * @throws IOException if the store cannot be read
     */
    void start() throws IOException {
        changes.lock();
        try {
            ModuleStore.Contents contents = store.contents();
            contents.damage().forEach(LOG::error);
            for (Map.Entry<AgentType, List<ModuleStore.Version>> entry :
                    contents.versions().entrySet()) {
                ServedModule module = new ServedModule(entry.getKey());
                module.versions = entry.getValue();
                served.put(module.type(), module);
                resume(module);
            }
        } finally {
            changes.unlock();
        }
    }

    /** An engine is there: what waited for it can run. Blocks while it is compiled. */
    void engineCame(WasmEngine engine) {
        changes.lock();
        try {
            served.values().stream()
                    .filter(module -> module.serving() == null)
                    .forEach(this::resume);
        } finally {
            changes.unlock();
        }
        LOG.info("WebAssembly engine {} {} is there", engine.name(), engine.version());
    }

    /** An engine goes: the types that it runs go with it, and are there again when it is. */
    void engineGone(WasmEngine engine) {
        changes.lock();
        try {
            for (ServedModule module : served.values()) {
                ModuleVersion.About about = module.about;
                if (about != null && about.engine().equals(engine.name())) {
                    withdraw(module); // first, so that no task meets a module that cannot run
                    module.stopServing(
                            "the WebAssembly engine '" + engine.name() + "' is not there");
                }
            }
            loader.forget(engine);
        } finally {
            changes.unlock();
        }
        LOG.info("WebAssembly engine {} is gone", engine.name());
    }

    /** Ends all; the modules stay on disk. */
    @Override
    public void close() {
        changes.lock();
        try {
            for (ServedModule module : served.values()) {
                withdraw(module);
                module.stopServing("the loader of WebAssembly is stopped");
            }
            served.clear();
        } finally {
            changes.unlock();
        }
        loader.close();
    }

    @Override
    public List<InstalledModule> list() {
        return served.values().stream().map(ServedModule::view).flatMap(Optional::stream).toList();
    }

    @Override
    public List<ModuleStats> stats() {
        return served.values().stream().map(ServedModule::stats).toList();
    }

    @Override
    public ModuleReport check(ModuleFile file) {
        ModuleLoader.Loading loading = loader.load(file);
        loading.discard();
        return loading.report();
    }

    @Override
    public InstalledModule install(ModuleFile file, String by) {
        return install(file, loader.load(file), by);
    }

    /** {@return what came out of loading a file; to be installed, or discarded} */
    ModuleLoader.Loading load(ModuleFile file) {
        return loader.load(file);
    }

    /**
     * Installs what was loaded, as {@link #install(ModuleFile, String)} does; what is not installed
     * is discarded.
     */
    InstalledModule install(ModuleFile file, ModuleLoader.Loading loading, String by) {
        ModuleVersion version = loading.orRefuse();
        changes.lock();
        try {
            boolean serves = false;
            try {
                refuseWithout(version.engine());
                InstalledModule installed = installed(file, by, loading, version);
                serves = serving(version);
                return installed;
            } finally {
                if (!serves) {
                    version.retire();
                }
            }
        } finally {
            changes.unlock();
        }
    }

    /** An engine may have gone since it compiled; one that goes now finds the module serving. */
    private void refuseWithout(WasmEngine engine) {
        if (!loader.has(engine)) {
            throw RefusedException.unavailable(
                    "the WebAssembly engine '"
                            + engine.name()
                            + "' went away while the module was loaded; try again");
        }
    }

    @Override
    public InstalledModule rollback(AgentType type, String by) {
        changes.lock();
        try {
            ServedModule module = known(type);
            if (module.versions.size() < 2) {
                throw RefusedException.conflict(
                        "there is no version of '" + type + "' before the one that serves");
            }
            ModuleStore.Version back = module.versions.get(1);
            ModuleLoader.Loading loading = loader.load(storedFile(type, back));
            ModuleVersion version = loading.orRefuse();
            List<ModuleStore.Version> versions =
                    List.copyOf(module.versions.subList(1, module.versions.size()));
            try {
                store.set(type, versions);
            } catch (IOException unwritable) {
                version.retire();
                throw unwritable(unwritable);
            }
            ModuleDigest gone = module.versions.get(0).digest();
            module.versions = versions;
            swap(module, version, loading.signedBy());
            try {
                store.withdraw(gone);
            } catch (IOException unwritable) {
                LOG.warn("{} may come again from the folder: {}", gone, unwritable.getMessage());
            }
            LOG.info(
                    "module {} is back at {} ({}), by {}", type, words(version), back.digest(), by);
            return told(module);
        } finally {
            changes.unlock();
        }
    }

    @Override
    public void unload(AgentType type) {
        changes.lock();
        try {
            ServedModule module = known(type);
            try {
                for (ModuleStore.Version version : module.versions) {
                    store.withdraw(version.digest());
                }
                store.remove(type);
            } catch (IOException unwritable) {
                throw unwritable(unwritable);
            }
            served.remove(type);
            withdraw(module);
            module.stopServing("the module '" + type + "' was unloaded");
        } finally {
            changes.unlock();
        }
        LOG.info("module {} is unloaded", type);
        tell(new ModuleUnloaded(type, clock.instant()));
    }

    @Override
    public ModuleTrial.Result run(ModuleFile file, ModuleTrial trial, AgentAuthority authority) {
        ModuleLoader.Loading loading = loader.load(file);
        ModuleVersion version = loading.orRefuse();
        if (!version.enter()) {
            throw new IllegalStateException("a version that nobody has seen is retired");
        }
        try {
            ModuleVersion.About about = version.about();
            Set<String> types = about.manifest().agent().taskTypes();
            String taskType =
                    trial.taskType().isEmpty()
                            ? types.stream().sorted().findFirst().orElseThrow()
                            : trial.taskType();
            if (!types.contains(taskType)) {
                throw RefusedException.invalid(
                        "the module runs no tasks of type '"
                                + taskType
                                + "'; it runs "
                                + String.join(", ", types.stream().sorted().toList()));
            }
            about.settings().problems(trial.settings()).stream()
                    .findFirst()
                    .ifPresent(
                            problem -> {
                                throw RefusedException.invalid(problem);
                            });
            TrialTask task =
                    new TrialTask(
                            TaskSpec.of(taskType).input(trial.input()).timeout(TRIAL), nanoTime);
            Guest guest =
                    new Guest(
                            about.manifest().agent().type(),
                            Optional.empty(),
                            new TrialAuthority(about.manifest().agent().offers(), authority),
                            trial.settings(),
                            about.limits());
            GuestRun.Result result =
                    new GuestRun(
                                    guest,
                                    TrialTask.SESSION,
                                    version,
                                    agents.time(),
                                    new ModuleTally())
                            .run(task);
            return new ModuleTrial.Result(result.outcome(), result.usage(), task.lines());
        } catch (InterruptedException gaveUp) {
            Thread.currentThread().interrupt();
            throw RefusedException.unavailable("the trial was interrupted");
        } finally {
            version.leave();
            version.retire();
        }
    }

    /** Ends instances that have waited for longer than this. */
    void trim(Duration longest) {
        pools().forEach(pool -> pool.trim(longest));
    }

    /** Ends one instance that waits, of whatever module, to make room for another. */
    private boolean makeRoom() {
        return pools().stream().anyMatch(InstancePool::giveUpOne);
    }

    private List<InstancePool> pools() {
        List<InstancePool> pools = new ArrayList<>();
        for (ServedModule module : served.values()) {
            ModuleVersion now = module.serving();
            if (now != null) {
                pools.add(now.pool());
            }
        }
        return pools;
    }

    /** What is known of a file. */
    enum Known {
        /** Nothing. */
        NEW,
        /** This very file serves. */
        SERVES,
        /** It served before the one that does, and is kept. */
        KEPT,
        /** Somebody unloaded it, or went back from it. */
        WITHDRAWN
    }

    /** {@return what is known of a file} */
    Known known(ModuleFile file) {
        ModuleDigest digest = file.digest();
        changes.lock();
        try {
            if (store.withdrawn(digest)) {
                return Known.WITHDRAWN;
            }
            for (ServedModule module : served.values()) {
                List<ModuleStore.Version> versions = module.versions;
                for (int i = 0; i < versions.size(); i++) {
                    if (versions.get(i).digest().equals(digest)) {
                        return i == 0 ? Known.SERVES : Known.KEPT;
                    }
                }
            }
            return Known.NEW;
        } finally {
            changes.unlock();
        }
    }

    /**
     * {@return why a module cannot have its type, seen from now; empty if it can}
     *
     * @param manifest what the module says of itself
     */
    private Optional<String> foreign(ModuleManifest manifest) {
        AgentType type = manifest.agent().type();
        if (RESERVED.contains(type.value())) {
            return Optional.of(
                    "the agent type '" + type + "' is the platform's; choose another type");
        }
        Optional<String> owner = types.foreignOwner(type);
        if (owner.isPresent()) {
            return Optional.of(
                    "the agent type '"
                            + type
                            + "' belongs to the bundle "
                            + owner.get()
                            + "; choose another type");
        }
        return Optional.ofNullable(served.get(type))
                .map(module -> module.versions.get(0).id())
                .filter(id -> !id.equals(manifest.id()))
                .map(
                        id ->
                                "the agent type '"
                                        + type
                                        + "' is the module "
                                        + id
                                        + ", not "
                                        + manifest.id()
                                        + "; unload it first, or choose another type");
    }

    private InstalledModule installed(
            ModuleFile file, String by, ModuleLoader.Loading loading, ModuleVersion version) {
        ModuleVersion.About about = version.about();
        AgentType type = about.manifest().agent().type();
        ServedModule before = served.get(type);
        foreign(about.manifest())
                .ifPresent(
                        why -> {
                            throw RefusedException.conflict(why);
                        });
        ServedModule module = before == null ? new ServedModule(type) : before;
        ModuleStore.Version added =
                new ModuleStore.Version(
                        about.digest(), about.manifest().id(), file.name(), by, clock.instant());
        version.pool().refill(); // while the disk is at work
        try {
            store.welcome(about.digest());
            module.versions = store.add(type, file, added, module.versions);
        } catch (IOException unwritable) {
            throw unwritable(unwritable);
        }
        served.put(type, module);
        swap(module, version, loading.signedBy());
        LOG.info("module {} is {} ({}), by {}", type, words(version), about.digest(), by);
        return told(module);
    }

    /**
     * Loads the serving version of a module, which is on disk; again, if the thread was interrupted
     * over it. Whoever gives up waiting for the bundle to start does not give up its modules.
     */
    private void resume(ServedModule module) {
        boolean interrupted = Thread.interrupted();
        resumeOnce(module);
        if (Thread.interrupted()) {
            interrupted = true;
            if (module.serving() == null) {
                resumeOnce(module);
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void resumeOnce(ServedModule module) {
        AgentType type = module.type();
        try {
            ModuleLoader.Loading loading = loader.load(storedFile(type, module.versions.get(0)));
            loading.report()
                    .manifest()
                    .ifPresent(
                            manifest ->
                                    module.show(manifest, loading.engine(), loading.signedBy()));
            swap(module, loading.orRefuse(), loading.signedBy());
            LOG.info("module {} is {}", type, words(loading.orRefuse()));
        } catch (RefusedException refusal) {
            module.stopServing(String.valueOf(refusal.getMessage()));
            LOG.error("module {} does not run: {}", type, refusal.getMessage());
        }
    }

    /**
     * From now on this version serves. If it offers something else, or takes other settings, its
     * type goes and comes again, so that its agents are made anew, or say what keeps them.
     */
    private void swap(ServedModule module, ModuleVersion version, Optional<String> signedBy) {
        ModuleVersion.About before = module.about;
        module.about = version.about();
        module.show(version.about().manifest(), version.about().engine(), signedBy);
        module.serve(version);
        version.pool().refill();
        if (before == null || !sameForAgents(before, version.about())) {
            withdraw(module);
        }
        if (module.offer == null) {
            ModuleManifest manifest = version.about().manifest();
            module.offer =
                    types.offer(
                            new WasmAgentProvider(module, manifest.agent(), agents), manifest.id());
        }
    }

    private static boolean sameForAgents(ModuleVersion.About one, ModuleVersion.About other) {
        return one.manifest().agent().equals(other.manifest().agent())
                && one.settings().schema().equals(other.settings().schema());
    }

    private static void withdraw(ServedModule module) {
        AgentTypes.Offer offer = module.offer;
        if (offer != null) {
            module.offer = null;
            offer.withdraw();
        }
    }

    private boolean serving(ModuleVersion version) {
        return served.values().stream().anyMatch(module -> module.serving() == version);
    }

    private ServedModule known(AgentType type) {
        ServedModule module = served.get(type);
        if (module == null) {
            throw RefusedException.notFound(
                    "there is no module '" + type + "'; wasm:list shows those that there are");
        }
        return module;
    }

    private ModuleFile storedFile(AgentType type, ModuleStore.Version version) {
        try {
            ModuleFile file = store.file(type, version);
            if (!file.digest().equals(version.digest())) {
                throw RefusedException.unavailable(
                        "the file of module '"
                                + type
                                + "' on disk is not the one that was installed ("
                                + version.digest()
                                + "); install it again");
            }
            return file;
        } catch (IOException unreadable) {
            throw new RefusedException(
                    RefusedException.Reason.UNAVAILABLE,
                    "the file of module '" + type + "' cannot be read; install it again",
                    unreadable);
        }
    }

    private InstalledModule told(ServedModule module) {
        InstalledModule view = module.view().orElseThrow();
        tell(new ModuleInstalled(view, clock.instant()));
        return view;
    }

    private void tell(Event event) {
        bus.publish(event);
    }

    private static String words(ModuleVersion version) {
        return "version "
                + version.about().manifest().version()
                + " on "
                + version.about().engine();
    }

    private static RefusedException unwritable(IOException problem) {
        return new RefusedException(
                RefusedException.Reason.UNAVAILABLE,
                "the module could not be kept on disk ("
                        + problem.getMessage()
                        + "); nothing was changed",
                problem);
    }
}
