package io.sirsi.wasm.internal;

import io.sirsi.agent.AgentType;
import io.sirsi.audit.AuditTrail;
import io.sirsi.event.EventBus;
import io.sirsi.failure.RefusedException;
import io.sirsi.hypervisor.AgentAuthority;
import io.sirsi.hypervisor.HypervisorAccess;
import io.sirsi.spi.security.SecretSource;
import io.sirsi.spi.wasm.WasmEngine;
import io.sirsi.telemetry.AgentMetrics;
import io.sirsi.wasm.InstalledModule;
import io.sirsi.wasm.ModuleFile;
import io.sirsi.wasm.ModuleReport;
import io.sirsi.wasm.ModuleStats;
import io.sirsi.wasm.ModuleTrial;
import io.sirsi.wasm.WasmModules;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.util.tracker.ServiceTracker;

/**
 * Wires the loader of modules into the node: engines, secrets and metrics come and go, the folder
 * is watched, the threads end with it.
 *
 * <p>The hypervisor is looked up by a tracker and not by a reference: it refers to this component,
 * and a guest's calls are the only thing that needs it.
 */
@Component(name = "io.sirsi.wasm", service = WasmModules.class, immediate = true)
@Designate(ocd = WasmConfig.class)
public final class WasmLoader implements WasmModules {

    private static final Duration TRIM_EVERY = Duration.ofSeconds(30);
    private static final Duration IDLE = Duration.ofMinutes(1);

    private final Map<String, WasmEngine> engines = new ConcurrentHashMap<>();
    private final AtomicReference<@Nullable SecretSource> secrets = new AtomicReference<>();
    private final AtomicReference<@Nullable AgentMetrics> metrics = new AtomicReference<>();
    private final ServiceTracker<HypervisorAccess, HypervisorAccess> hypervisor;
    private final ScheduledThreadPoolExecutor ready;
    private final AuditTrail trail;
    private final LoaderParts parts;
    private final DefaultWasmModules modules;
    private final Optional<Path> watched;
    private volatile @Nullable ModuleFolder folder;
    private volatile boolean started;

    /**
     * Opens the store; loads nothing yet.
     *
     * @param bus what is told
     * @param trail where it is written what comes by the folder
     * @param context where agent types are registered
     * @param config the operator's choice
     * @throws IOException if the store cannot be opened
     */
    @Activate
    public WasmLoader(
            @Reference EventBus bus,
            @Reference AuditTrail trail,
            BundleContext context,
            WasmConfig config)
            throws IOException {
        WasmSettings settings = WasmSettings.of(config);
        Path home = WasmSettings.folder(config.folder(), "wasm", "folder");
        this.watched =
                WasmSettings.yes("watchFolder", config.watchFolder())
                        ? Optional.of(
                                WasmSettings.folder(config.dropFolder(), "deploy", "dropFolder"))
                        : Optional.empty();
        this.hypervisor = new ServiceTracker<>(context, HypervisorAccess.class, null);
        this.ready =
                new ScheduledThreadPoolExecutor(
                        1,
                        work -> {
                            Thread thread = new Thread(work, "sirsi-wasm-ready");
                            thread.setDaemon(true);
                            return thread;
                        });
        this.trail = trail;
        this.parts =
                new LoaderParts(
                        settings,
                        home,
                        keys(),
                        new LoaderParts.Around(
                                name -> Optional.ofNullable(engines.get(name)),
                                new ServiceAgentTypes(context),
                                this::secret,
                                () -> Optional.ofNullable(hypervisor.getService()),
                                () -> Optional.ofNullable(metrics.get()),
                                bus,
                                ready));
        this.modules = parts.modules();
    }

    /**
     * Loads what is installed, and begins to watch the folder.
     *
     * @throws IOException if the store cannot be read, or the folder not be watched
     */
    @Activate
    void start() throws IOException {
        hypervisor.open();
        modules.start();
        started = true;
        ScheduledFuture<?> unused =
                ready.scheduleWithFixedDelay(
                        () -> modules.trim(IDLE),
                        TRIM_EVERY.toSeconds(),
                        TRIM_EVERY.toSeconds(),
                        TimeUnit.SECONDS);
        if (watched.isPresent()) {
            folder = parts.watch(watched.get(), trail);
        }
    }

    /** Ends all agent types that are modules, and all threads; the modules stay on disk. */
    @Deactivate
    void stop() {
        started = false;
        ModuleFolder there = folder;
        if (there != null) {
            there.close();
        }
        parts.close();
        ready.shutdownNow();
        hypervisor.close();
    }

    @Reference(
            name = "engine",
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC)
    void addEngine(WasmEngine engine) {
        engines.put(engine.name(), engine);
        if (started) {
            modules.engineCame(engine);
            ModuleFolder there = folder;
            if (there != null) {
                there.lookAgain();
            }
        }
    }

    void removeEngine(WasmEngine engine) {
        if (engines.remove(engine.name(), engine) && started) {
            modules.engineGone(engine);
        }
    }

    @Reference(
            name = "secrets",
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC)
    void setSecrets(SecretSource source) {
        secrets.set(source);
    }

    void unsetSecrets(SecretSource source) {
        secrets.compareAndSet(source, null);
    }

    @Reference(
            name = "metrics",
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC)
    void setMetrics(AgentMetrics recorder) {
        metrics.set(recorder);
    }

    void unsetMetrics(AgentMetrics recorder) {
        metrics.compareAndSet(recorder, null);
    }

    @Override
    public List<InstalledModule> list() {
        return modules.list();
    }

    @Override
    public List<ModuleStats> stats() {
        return modules.stats();
    }

    @Override
    public ModuleReport check(ModuleFile file) {
        return modules.check(file);
    }

    @Override
    public InstalledModule install(ModuleFile file, String by) {
        return modules.install(file, by);
    }

    @Override
    public InstalledModule rollback(AgentType type, String by) {
        return modules.rollback(type, by);
    }

    @Override
    public void unload(AgentType type) {
        modules.unload(type);
    }

    @Override
    public ModuleTrial.Result run(ModuleFile file, ModuleTrial trial, AgentAuthority authority) {
        return modules.run(file, trial, authority);
    }

    private Optional<String> secret(String name) {
        SecretSource source = secrets.get();
        if (source == null) {
            throw RefusedException.unavailable("this node has no source of secrets");
        }
        return source.read(name);
    }

    private static Path keys() {
        return Path.of(System.getProperty("karaf.etc", "etc")).resolve("wasm-keys");
    }
}
