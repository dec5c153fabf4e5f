package io.sirsi.hypervisor.internal;

import io.sirsi.agent.AgentId;
import io.sirsi.agent.AgentRuntime;
import io.sirsi.audit.AuditTrail;
import io.sirsi.cloud.Inventory;
import io.sirsi.event.EventBus;
import io.sirsi.hypervisor.AgentAuthority;
import io.sirsi.hypervisor.Hypervisor;
import io.sirsi.hypervisor.HypervisorAccess;
import io.sirsi.security.Authorizer;
import io.sirsi.security.Caller;
import io.sirsi.task.TaskScheduler;
import io.sirsi.telemetry.MetricsSource;
import io.sirsi.wasm.WasmModules;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
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

/**
 * Gives each caller its hypervisor. Exists only while everything that a call passes is there, the
 * {@link Authorizer} before all.
 */
@Component(
        service = HypervisorAccess.class,
        immediate = true,
        configurationPid = "io.sirsi.hypervisor")
@Designate(ocd = HypervisorConfig.class)
public final class DefaultHypervisorAccess implements HypervisorAccess {

    private final Gate gate;
    private final CloudProviders clouds;
    private final NodeDesk.Parts parts;
    private final Executor watching;
    private final TaskWatches watches;
    private final AtomicReference<@Nullable MetricsSource> metrics = new AtomicReference<>();
    private final AtomicReference<@Nullable WasmModules> modules = new AtomicReference<>();

    /**
     * Opens the entry.
     *
     * @param authorizer who decides
     * @param trail where it is written
     * @param sessions the sessions
     * @param clouds the providers
     * @param scans the scans
     * @param agents the agents
     * @param tasks the tasks
     * @param inventory what scans saw
     * @param bus what is told
     * @param context this bundle, for its version
     */
    @Activate
    public DefaultHypervisorAccess(
            @Reference Authorizer authorizer,
            @Reference AuditTrail trail,
            @Reference SessionRegistry sessions,
            @Reference CloudProviders clouds,
            @Reference ScanCoordinator scans,
            @Reference AgentRuntime agents,
            @Reference TaskScheduler tasks,
            @Reference Inventory inventory,
            @Reference EventBus bus,
            BundleContext context) {
        this(
                authorizer,
                clouds,
                new NodeDesk.Parts(
                        new NodeDesk.About(
                                context.getBundle().getVersion().toString(), Instant.now()),
                        sessions,
                        scans,
                        new ScanCoordinator.Node(agents, tasks, inventory, bus),
                        new NodeDesk.Auditing(trail, new Ledger(trail))),
                watchingThreads());
    }

    DefaultHypervisorAccess(
            Authorizer authorizer, CloudProviders clouds, NodeDesk.Parts parts, Executor watching) {
        this.gate = new Gate(authorizer, parts.audit().ledger());
        this.clouds = clouds;
        this.parts = parts;
        this.watching = watching;
        this.watches = new TaskWatches(parts.node().bus(), watching);
    }

    /** Ends all watches: whoever comes back is asked anew who it is. */
    @Deactivate
    void stop() {
        watches.close();
        if (watching instanceof ExecutorService owned) {
            owned.shutdownNow();
        }
    }

    private static ExecutorService watchingThreads() {
        AtomicInteger count = new AtomicInteger();
        return new ThreadPoolExecutor(
                0,
                TaskWatches.MOST,
                10,
                TimeUnit.SECONDS,
                new SynchronousQueue<>(),
                work -> {
                    Thread thread = new Thread(work, "sirsi-task-watch-" + count.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
    }

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC)
    void setMetricsSource(MetricsSource source) {
        metrics.set(source);
    }

    void unsetMetricsSource(MetricsSource source) {
        metrics.compareAndSet(source, null);
    }

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC)
    void setWasmModules(WasmModules loader) {
        modules.set(loader);
    }

    void unsetWasmModules(WasmModules loader) {
        modules.compareAndSet(loader, null);
    }

    @Override
    public AgentAuthority authorityOf(AgentId agent) {
        ScanCoordinator.Node node = parts.node();
        return GuestAuthority.ofAgent(
                agent, node.agents(), parts.sessions(), gate, node.inventory());
    }

    @Override
    public Hypervisor as(Caller caller) {
        Visibility who = new Visibility(caller, gate, parts.sessions());
        ScanCoordinator.Node node = parts.node();
        return new CallerHypervisor(
                new SessionDesk(who, parts.sessions()),
                new AgentDesk(who, parts.sessions(), node.agents()),
                new TaskDesk(
                        who,
                        parts.sessions(),
                        new Discretion(who, node.tasks(), node.agents()),
                        new TaskDesk.Work(node.tasks(), watches)),
                new CloudDesk(caller, gate, clouds, parts.scans(), node.inventory()),
                new WasmDesk(
                        caller,
                        gate,
                        () -> Optional.ofNullable(modules.get()),
                        GuestAuthority.ofCaller(caller, gate, node.inventory()),
                        node.agents()),
                new NodeDesk(caller, gate, parts, () -> Optional.ofNullable(metrics.get())));
    }
}
