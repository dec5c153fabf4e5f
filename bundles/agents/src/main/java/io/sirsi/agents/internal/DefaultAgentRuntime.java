package io.sirsi.agents.internal;

import io.sirsi.agent.AgentCapabilities;
import io.sirsi.agent.AgentDescriptor;
import io.sirsi.agent.AgentFailure;
import io.sirsi.agent.AgentId;
import io.sirsi.agent.AgentRuntime;
import io.sirsi.agent.AgentSnapshot;
import io.sirsi.agent.AgentSpawned;
import io.sirsi.agent.AgentSpec;
import io.sirsi.agent.AgentState;
import io.sirsi.agent.AgentStateChanged;
import io.sirsi.agent.AgentType;
import io.sirsi.agent.AgentTypeAppeared;
import io.sirsi.agent.AgentTypeDisappeared;
import io.sirsi.agent.Health;
import io.sirsi.agent.TaskExecution;
import io.sirsi.event.Event;
import io.sirsi.event.EventBus;
import io.sirsi.event.Receipt;
import io.sirsi.failure.RefusedException;
import io.sirsi.id.RandomIds;
import io.sirsi.session.SessionId;
import io.sirsi.spi.agent.Agent;
import io.sirsi.spi.agent.AgentContext;
import io.sirsi.spi.agent.AgentFailureException;
import io.sirsi.spi.agent.AgentProvider;
import io.sirsi.task.TaskAssignment;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The agents of this node. One lock guards who is there and in which state; no code of a provider
 * and no subscriber runs under it.
 */
@Component(name = "io.sirsi.agents", service = AgentRuntime.class, immediate = true)
@Designate(ocd = DefaultAgentRuntime.Config.class)
public final class DefaultAgentRuntime implements AgentRuntime {

    /** The property of a provider's service that names its type. */
    static final String TYPE_PROPERTY = "agent.type";

    private static final Logger LOG = LoggerFactory.getLogger(DefaultAgentRuntime.class);

    /** Limits for the agents of this node; all times in milliseconds. */
    @ObjectClassDefinition(
            name = "Sirsi Nexus agents",
            description = "Limits for the agents of this node.")
    public @interface Config {

        /** {@return how long an agent that is to end may finish what it runs, in ms, from 0} */
        @AttributeDefinition(
                name = "Drain timeout (ms)",
                description = "How long an agent that is to end may finish what it runs.")
        int drainTimeoutMs() default 3_000;

        /** {@return how long each harder step waits: cancel, interrupt, stop; in ms, from 0} */
        @AttributeDefinition(
                name = "Cancel grace (ms)",
                description = "How long each harder step waits: cancel, interrupt, stop.")
        int cancelGraceMs() default 2_000;

        /** {@return how long a provider may take to make an agent, in ms, from 1} */
        @AttributeDefinition(
                name = "Spawn timeout (ms)",
                description = "How long a provider may take to make an agent.")
        int spawnTimeoutMs() default 10_000;

        /** {@return how long an agent may take to say how it is, in ms, from 1} */
        @AttributeDefinition(
                name = "Health timeout (ms)",
                description = "How long an agent may take to say how it is.")
        int healthTimeoutMs() default 1_000;

        /** {@return how many agents live here at once, 1 to 1,000,000} */
        @AttributeDefinition(
                name = "Most agents",
                description = "How many agents live here at once.")
        int maxAgents() default 10_000;
    }

    private final EventOutbox outbox;
    private final EventBus bus;
    private final AgentSettings settings;
    private final Clock clock;
    private final LongSupplier nanoTime;
    private final RandomIds ids;

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<AgentType, TypeSlot> types = new TreeMap<>();

    /** Providers of a type that has one already, in the order of their coming. */
    private final Map<AgentProvider, AgentDescriptor> spares = new LinkedHashMap<>();

    /** In the order of their coming: parents before their children. */
    private final Map<AgentId, AgentCell> cells = new LinkedHashMap<>();

    /** The same, to be read without the lock. */
    private final Map<AgentId, AgentCell> byId = new ConcurrentHashMap<>();

    private final Map<AgentId, AgentSnapshot> remembered = new LinkedHashMap<>();
    private final Executions executions = new Executions();

    private boolean stopped;

    /**
     * Makes the runtime for the node.
     *
     * @param bus where its facts go
     * @param config its limits
     */
    @Activate
    public DefaultAgentRuntime(@Reference EventBus bus, Config config) {
        this(
                bus,
                AgentSettings.of(config),
                Clock.systemUTC(),
                System::nanoTime,
                new RandomIds(new SecureRandom()));
    }

    DefaultAgentRuntime(
            EventBus bus,
            AgentSettings settings,
            Clock clock,
            LongSupplier nanoTime,
            RandomIds ids) {
        this.bus = bus;
        this.outbox = new EventOutbox(bus);
        this.settings = settings;
        this.clock = clock;
        this.nanoTime = nanoTime;
        this.ids = ids;
    }

    /** Ends all agents within the limits, and all threads. */
    @Deactivate
    void stop() {
        Collection<TypeSlot> slots =
                locked(
                        () -> {
                            stopped = true;
                            spares.clear();
                            return List.copyOf(types.values());
                        });
        endAll(cell -> true, AgentFailure.gone("the node's agents are being stopped"));
        slots.forEach(slot -> slot.threads().close());
        locked(
                () -> {
                    types.clear();
                    return true;
                });
    }

    // ---- types ----

    /**
     * Makes a type exist.
     *
     * @param provider its provider
     * @param properties of the service; {@code agent.type} must name the type
     */
    @Reference(
            name = "provider",
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC)
    void bindProvider(AgentProvider provider, Map<String, Object> properties) {
        AgentDescriptor descriptor;
        try {
            descriptor = provider.descriptor();
        } catch (RuntimeException | LinkageError bug) {
            LOG.error("a provider of agents does not describe its type; it is ignored", bug);
            return;
        }
        Object named = properties.get(TYPE_PROPERTY);
        if (!descriptor.type().value().equals(named)) {
            LOG.warn(
                    "a provider says {}={} but describes '{}'; it is ignored",
                    TYPE_PROPERTY,
                    named,
                    descriptor.type());
            return;
        }
        boolean first =
                locked(
                        () -> {
                            if (types.containsKey(descriptor.type())) {
                                spares.put(provider, descriptor);
                                return false;
                            }
                            appear(provider, descriptor);
                            return true;
                        });
        if (!first) {
            LOG.warn(
                    "the agent type '{}' has a provider; a second one, {}, is ignored for as long"
                            + " as the first is there",
                    descriptor.type(),
                    provider.getClass().getName());
        }
        outbox.flush();
    }

    /**
     * Makes a type go, and ends its agents within the limits; when this returns, nothing here
     * refers to the provider's bundle.
     *
     * @param provider its provider
     */
    void unbindProvider(AgentProvider provider) {
        TypeSlot slot =
                locked(
                        () -> {
                            spares.remove(provider);
                            TypeSlot found =
                                    types.values().stream()
                                            .filter(one -> one.provider() == provider)
                                            .findFirst()
                                            .orElse(null);
                            if (found != null) {
                                types.remove(found.descriptor().type());
                                publish(
                                        new AgentTypeDisappeared(
                                                found.descriptor().type(), clock.instant()));
                            }
                            return found;
                        });
        if (slot == null) {
            return;
        }
        AgentType type = slot.descriptor().type();
        LOG.info("agent type '{}' is gone", type);
        outbox.flush();
        endAll(
                cell -> cell.slot == slot,
                AgentFailure.gone("the bundle of the agent type '" + type + "' went away"));
        slot.threads().close();
        locked(
                () -> {
                    promoteSpare(type);
                    return true;
                });
        outbox.flush();
    }

    private void appear(AgentProvider provider, AgentDescriptor descriptor) {
        types.put(descriptor.type(), new TypeSlot(provider, descriptor));
        publish(new AgentTypeAppeared(descriptor.type(), clock.instant()));
        LOG.info("agent type '{}' is there: {}", descriptor.type(), descriptor.title());
    }

    private void promoteSpare(AgentType type) {
        if (stopped || types.containsKey(type)) {
            return;
        }
        spares.entrySet().stream()
                .filter(spare -> spare.getValue().type().equals(type))
                .findFirst()
                .map(Map.Entry::getKey)
                .ifPresent(
                        provider -> {
                            AgentDescriptor descriptor = spares.remove(provider);
                            if (descriptor != null) {
                                appear(provider, descriptor);
                            }
                        });
    }

    @Override
    public List<AgentDescriptor> types() {
        return locked(() -> types.values().stream().map(TypeSlot::descriptor).toList());
    }

    // ---- agents ----

    @Override
    public AgentSnapshot spawn(SessionId session, AgentSpec spec) {
        AgentCell cell = locked(() -> admit(session, spec));
        Agent agent;
        try {
            agent = make(cell);
        } catch (RefusedException refusal) {
            locked(
                    () -> {
                        if (cell.state() == AgentState.INITIALIZING) {
                            enter(cell, AgentState.FAILED);
                        }
                        bury(cell);
                        return true;
                    });
            outbox.flush();
            throw refusal;
        }
        Optional<AgentSnapshot> ready =
                locked(
                        () -> {
                            if (cell.state() != AgentState.INITIALIZING) {
                                return Optional.<AgentSnapshot>empty();
                            }
                            cell.agent = agent;
                            cell.enter(AgentState.READY, clock.instant());
                            publish(new AgentSpawned(cell.snapshot(), clock.instant()));
                            return Optional.of(cell.snapshot());
                        });
        outbox.flush();
        return ready.orElseThrow(
                () -> {
                    discard(cell.slot, agent);
                    return RefusedException.unavailable(
                            "the agent of type '"
                                    + spec.type()
                                    + "' was terminated while it was being made; try again");
                });
    }

    /** Under the lock: checks the wish and takes a place for it. */
    private AgentCell admit(SessionId session, AgentSpec spec) {
        if (stopped) {
            throw RefusedException.unavailable("the node's agents are being stopped");
        }
        TypeSlot slot = types.get(spec.type());
        if (slot == null) {
            throw RefusedException.notFound(
                    "there is no agent type '"
                            + spec.type()
                            + "'; there are: "
                            + (types.isEmpty() ? "none" : join(types.keySet())));
        }
        spec.capabilities()
                .excessOver(slot.descriptor().offers())
                .ifPresent(
                        excess -> {
                            throw RefusedException.invalid(
                                    "the agent type '"
                                            + spec.type()
                                            + "' does not offer "
                                            + excess
                                            + "; ask for less");
                        });
        AgentCell parent = spec.parent().map(id -> parent(id, session, spec)).orElse(null);
        if (cells.size() >= settings.maxAgents()) {
            throw RefusedException.limit(
                    "this node holds at most "
                            + settings.maxAgents()
                            + " agents (maxAgents); terminate some first");
        }
        AgentCell cell =
                new AgentCell(
                        new AgentId(ids.next(spec.type().value())),
                        session,
                        spec,
                        slot,
                        clock.instant(),
                        this::becomeReady);
        cells.put(cell.id, cell);
        byId.put(cell.id, cell);
        if (parent != null) {
            parent.children.add(cell);
        }
        return cell;
    }

    private AgentCell parent(AgentId id, SessionId session, AgentSpec spec) {
        AgentCell parent = cells.get(id);
        if (parent == null) {
            throw RefusedException.notFound("there is no agent '" + id + "' to be the parent");
        }
        if (!parent.session.equals(session)) {
            throw RefusedException.conflict(
                    "the agent '" + id + "' lives in another session than its child would");
        }
        AgentCapabilities mine = parent.spec.capabilities();
        if (!mine.spawnsSubAgents()) {
            throw RefusedException.conflict(
                    "the agent '" + id + "' has no right to spawn sub-agents");
        }
        if (!parent.state().takesTasks()) {
            throw RefusedException.conflict(
                    "the agent '"
                            + id
                            + "' is "
                            + parent.state()
                            + " and cannot have a child any more");
        }
        spec.capabilities()
                .excessOver(mine)
                .ifPresent(
                        excess -> {
                            throw RefusedException.denied(
                                    "a child of the agent '"
                                            + id
                                            + "' cannot have "
                                            + excess
                                            + ", which its parent does not have");
                        });
        return parent;
    }

    private static String join(Set<AgentType> names) {
        return String.join(", ", names.stream().map(AgentType::value).toList());
    }

    private Agent make(AgentCell cell) {
        TypeSlot slot = cell.slot;
        CompletableFuture<Agent> made = new CompletableFuture<>();
        Future<?> work;
        try {
            work =
                    slot.threads()
                            .submit(
                                    () -> {
                                        makeOnOwnThread(slot, new Context(cell), made);
                                        return true;
                                    });
        } catch (RejectedExecutionException gone) {
            throw unavailable(cell, "its type has just gone away");
        }
        String problem;
        try {
            return made.get(settings.spawnTimeout().toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException failed) {
            throw unavailable(cell, sentence(cell, failed.getCause()));
        } catch (TimeoutException late) {
            problem =
                    "its provider took longer than "
                            + settings.spawnTimeout().toMillis()
                            + " ms (spawnTimeoutMs)";
        } catch (InterruptedException leaving) {
            Thread.currentThread().interrupt();
            problem = "the wait for it was interrupted";
        }
        if (!made.cancel(false)) { // it came in this moment
            discard(slot, made.join());
        }
        work.cancel(true);
        throw unavailable(cell, problem);
    }

    private static void makeOnOwnThread(
            TypeSlot slot, AgentContext context, CompletableFuture<Agent> made) {
        try {
            Agent agent = ForeignCode.call(slot.loader(), () -> slot.provider().create(context));
            if (agent == null) {
                throw new IllegalStateException("the provider returned no agent");
            }
            if (!made.complete(agent)) {
                ForeignCode.call(slot.loader(), () -> stopQuietly(agent));
            }
        } catch (Throwable failure) { // the edge of the thread; whoever waits gets it
            made.completeExceptionally(failure);
        }
    }

    private static String sentence(AgentCell cell, @Nullable Throwable failure) {
        if (failure instanceof AgentFailureException expected) {
            return expected.failure().sentence();
        }
        LOG.error("the provider of agent type '{}' failed", cell.spec.type(), failure);
        return "its provider has a bug; the log of the node has the details";
    }

    /** Without a cause: it would be an object of the provider's bundle in the caller's hands. */
    private static RefusedException unavailable(AgentCell cell, String problem) {
        return RefusedException.unavailable(
                "an agent of type '" + cell.spec.type() + "' could not be made: " + problem);
    }

    /** Releases an agent that came too late; does not wait. */
    private static void discard(TypeSlot slot, Agent agent) {
        try {
            CompletableFuture<Boolean> unused = stop(slot, agent);
        } catch (RejectedExecutionException gone) {
            LOG.debug("an agent came after the end of its type");
        }
    }

    /** Releases an agent on a thread of its type. */
    private static CompletableFuture<Boolean> stop(TypeSlot slot, Agent agent) {
        CompletableFuture<Boolean> stopped = new CompletableFuture<>();
        Future<?> unused =
                slot.threads()
                        .submit(
                                () -> {
                                    try {
                                        return ForeignCode.call(
                                                slot.loader(), () -> stopQuietly(agent));
                                    } finally {
                                        stopped.complete(true);
                                    }
                                });
        return stopped;
    }

    private static boolean stopQuietly(Agent agent) {
        try {
            agent.stop();
            return true;
        } catch (RuntimeException | LinkageError bug) {
            LOG.error("an agent did not stop cleanly", bug);
            return false;
        }
    }

    @Override
    public Optional<AgentSnapshot> find(AgentId agent) {
        return locked(
                () -> {
                    AgentCell cell = cells.get(agent);
                    return cell != null
                            ? Optional.of(cell.snapshot())
                            : Optional.ofNullable(remembered.get(agent));
                });
    }

    @Override
    public List<AgentSnapshot> list() {
        return locked(() -> cells.values().stream().map(AgentCell::snapshot).toList());
    }

    @Override
    public Health health(AgentId agent) {
        AgentCell cell;
        Future<Health> answer;
        lock.lock();
        try {
            cell = cells.get(agent);
            Agent object = cell == null ? null : cell.agent;
            if (cell == null || object == null) {
                return critical("there is no agent '" + agent + "'");
            }
            if (cell.healthCall != null && !cell.healthCall.isDone()) {
                return critical("the agent '" + agent + "' has not answered the last question yet");
            }
            TypeSlot slot = cell.slot;
            answer = slot.threads().submit(() -> ForeignCode.call(slot.loader(), object::health));
            cell.healthCall = answer;
        } catch (RejectedExecutionException gone) {
            return critical("the agent '" + agent + "' is ending");
        } finally {
            lock.unlock();
        }
        try {
            Health health = answer.get(settings.healthTimeout().toNanos(), TimeUnit.NANOSECONDS);
            return health != null ? health : critical("the agent '" + agent + "' says nothing");
        } catch (TimeoutException mute) {
            return critical(
                    "the agent '"
                            + agent
                            + "' did not answer within "
                            + settings.healthTimeout().toMillis()
                            + " ms (healthTimeoutMs)");
        } catch (InterruptedException leaving) {
            Thread.currentThread().interrupt();
            return critical("the wait for the agent '" + agent + "' was interrupted");
        } catch (ExecutionException | java.util.concurrent.CancellationException bug) {
            LOG.error("agent {} could not say how it is", agent, bug);
            return critical("the agent '" + agent + "' could not say how it is; see the log");
        }
    }

    private static Health critical(String sentence) {
        return new Health(Health.Status.CRITICAL, sentence);
    }

    // ---- tasks ----

    @Override
    public Optional<TaskExecution> tryExecute(AgentId agent, TaskAssignment assignment) {
        AgentCell cell = byId.get(agent);
        Agent object = cell == null ? null : cell.agent;
        if (cell == null || object == null || !cell.takePlace()) {
            return Optional.empty();
        }
        RunningTask task = new RunningTask(agent, cell.session, assignment, nanoTime, executions);
        executions.add(task); // before it runs, for it may be released before this returns
        TypeSlot slot = cell.slot;
        try {
            slot.threads().execute(task.on(object, slot.loader(), cell));
        } catch (RejectedExecutionException gone) {
            cell.giveBack();
            return task.withdraw() ? Optional.empty() : Optional.of(task);
        }
        if (cell.state() == AgentState.READY) {
            becomeBusy(cell);
        }
        return Optional.of(task);
    }

    @Override
    public List<TaskExecution> executions() {
        return List.copyOf(executions.all(RunningTask::kept));
    }

    private void becomeBusy(AgentCell cell) {
        locked(
                () -> {
                    if (cell.state() == AgentState.READY && cell.running() > 0) {
                        enter(cell, AgentState.BUSY);
                    }
                    return true;
                });
        outbox.flush();
    }

    /** Not after each task but when its thread finds no further one: see the README. */
    private void becomeReady(AgentCell cell) {
        locked(
                () -> {
                    if (cell.state() == AgentState.BUSY && cell.running() == 0) {
                        enter(cell, AgentState.READY);
                    }
                    return true;
                });
        outbox.flush();
    }

    // ---- the end ----

    @Override
    public int terminate(AgentId agent, String reason) {
        return endAll(
                cell -> cell.id.equals(agent),
                AgentFailure.gone("the agent was terminated: " + reason));
    }

    @Override
    public int terminateAll(SessionId session, String reason) {
        return endAll(
                cell -> cell.session.equals(session),
                AgentFailure.gone("the agents of the session were terminated: " + reason));
    }

    /**
     * Ends the trees below all agents that match. The phases are common to all of them, so that the
     * whole takes no longer than one agent may; the agents' ends are told leaves first.
     */
    private int endAll(Predicate<AgentCell> roots, AgentFailure why) {
        List<AgentCell> mine = new ArrayList<>();
        List<AgentCell> others = new ArrayList<>();
        locked(
                () -> {
                    for (AgentCell cell : leavesFirst(roots)) {
                        if (cell.ending()) {
                            others.add(cell);
                        } else {
                            mine.add(cell);
                            if (cell.state() != AgentState.INITIALIZING) {
                                enter(cell, AgentState.DRAINING);
                            }
                        }
                    }
                    return true;
                });
        outbox.flush();
        Patience patience = new Patience();
        settle(mine, why, patience);
        stopObjects(mine, patience);
        patience.await(others.stream().map(cell -> cell.ended).toList(), settings.cancelGrace());
        locked(
                () -> {
                    mine.forEach(this::bury);
                    return true;
                });
        outbox.flush();
        patience.restoreInterrupt();
        return mine.size();
    }

    /** Under the lock: the trees below the roots, each child before its parent. */
    private List<AgentCell> leavesFirst(Predicate<AgentCell> roots) {
        Set<AgentCell> all = new LinkedHashSet<>();
        for (AgentCell cell : cells.values()) { // parents come before their children
            boolean below =
                    cell.spec.parent().map(cells::get).map(all::contains).orElse(Boolean.FALSE);
            if (below || roots.test(cell)) {
                all.add(cell);
            }
        }
        List<AgentCell> order = new ArrayList<>(all);
        Collections.reverse(order);
        return order;
    }

    /** Lets tasks finish; then asks, interrupts, and abandons those that do not. */
    private void settle(List<AgentCell> mine, AgentFailure why, Patience patience) {
        if (patience.await(ends(mine), settings.drainTimeout())) {
            return;
        }
        running(mine).forEach(task -> task.endBecause(why));
        if (patience.await(ends(mine), settings.cancelGrace())) {
            return;
        }
        running(mine).forEach(RunningTask::interrupt);
        if (patience.await(ends(mine), settings.cancelGrace())) {
            return;
        }
        running(mine).forEach(task -> task.abandonBecause(why));
    }

    /** Those that are not over. Their agents take no more, so none is added. */
    private List<RunningTask> running(List<AgentCell> mine) {
        Set<AgentId> names = mine.stream().map(cell -> cell.id).collect(Collectors.toSet());
        int places = mine.stream().mapToInt(AgentCell::running).sum();
        while (true) {
            List<RunningTask> found =
                    executions.all(task -> task.open() && names.contains(task.agent()));
            if (found.stream().filter(RunningTask::occupiesPlace).count() >= places) {
                return found;
            }
            // Between two lines of tryExecute, or of the end of a task: no code of a provider.
            LockSupport.parkNanos(10_000);
            places = mine.stream().mapToInt(AgentCell::running).sum();
        }
    }

    private List<CompletableFuture<Boolean>> ends(List<AgentCell> mine) {
        return running(mine).stream().map(RunningTask::reported).toList();
    }

    /** Calls {@link Agent#stop} once on each, leaves first, all within one grace. */
    private void stopObjects(List<AgentCell> mine, Patience patience) {
        long begin = System.nanoTime();
        for (AgentCell cell : mine) {
            Agent object =
                    locked(
                            () -> {
                                Agent found = cell.agent;
                                cell.agent = null;
                                return found;
                            });
            if (object == null) {
                continue;
            }
            CompletableFuture<Boolean> stoppedNow;
            try {
                stoppedNow = stop(cell.slot, object);
            } catch (RejectedExecutionException gone) {
                continue;
            }
            Duration left = settings.cancelGrace().minusNanos(System.nanoTime() - begin);
            if (!patience.await(List.of(stoppedNow), left)) {
                LOG.warn("agent {} is still stopping; nobody waits for it any longer", cell.id);
            }
        }
    }

    /** Under the lock: the last step of an agent. */
    private void bury(AgentCell cell) {
        if (cell.state() == AgentState.TERMINATED) {
            return;
        }
        enter(cell, AgentState.TERMINATED);
        cell.agent = null;
        cell.healthCall = null;
        cells.remove(cell.id);
        byId.remove(cell.id);
        cell.spec.parent().map(cells::get).ifPresent(parent -> parent.children.remove(cell));
        remembered.put(cell.id, cell.snapshot());
        if (remembered.size() > AgentSettings.REMEMBERED) {
            remembered.remove(remembered.keySet().iterator().next());
        }
        cell.ended.complete(true);
    }

    /** Under the lock: a step that is told. */
    private void enter(AgentCell cell, AgentState next) {
        AgentState before = cell.state();
        cell.enter(next, clock.instant());
        publish(new AgentStateChanged(cell.snapshot(), before, clock.instant()));
    }

    private void publish(Event event) {
        outbox.add(event);
    }

    private <T extends @Nullable Object> T locked(Supplier<T> work) {
        lock.lock();
        try {
            return work.get();
        } finally {
            lock.unlock();
        }
    }

    /** Who an agent is, and what it may use. */
    private final class Context implements AgentContext {

        private final AgentId id;
        private final SessionId session;
        private final AgentSpec spec;

        Context(AgentCell cell) {
            this.id = cell.id;
            this.session = cell.session;
            this.spec = cell.spec;
        }

        @Override
        public AgentId id() {
            return id;
        }

        @Override
        public SessionId session() {
            return session;
        }

        @Override
        public AgentSpec spec() {
            return spec;
        }

        @Override
        public Clock clock() {
            return clock;
        }

        @Override
        public AgentId spawn(AgentSpec child) {
            return ForeignCode.home(
                    () -> DefaultAgentRuntime.this.spawn(session, child.under(id)).id());
        }

        @Override
        public Receipt publish(Event event) {
            return ForeignCode.home(() -> bus.publish(event));
        }
    }
}
