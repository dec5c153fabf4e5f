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
import io.sirsi.journal.Journals;
import io.sirsi.session.SessionId;
import io.sirsi.spi.agent.Agent;
import io.sirsi.spi.agent.AgentContext;
import io.sirsi.spi.agent.AgentProvider;
import io.sirsi.task.TaskAssignment;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
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
    private final AgentLog log;
    private final AgentSettings settings;
    private final AgentMaker maker;
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

    /** What becomes of agents that end here. */
    private enum Fate {
        /** They are terminated, on disk and for those who listen. */
        TERMINATED,
        /** They are still there for the next start. */
        COMES_BACK
    }

    /**
     * What is not the same in a test.
     *
     * @param clock the time for people
     * @param nanoTime the time for limits
     * @param ids where names come from
     */
    record Means(Clock clock, LongSupplier nanoTime, RandomIds ids) {}

    /**
     * Makes the runtime for the node, with the agents that are on disk.
     *
     * @param bus where its facts go
     * @param journals where its agents are kept
     * @param config its limits
     * @throws IllegalStateException if the agents on disk cannot be read
     */
    @Activate
    public DefaultAgentRuntime(
            @Reference EventBus bus, @Reference Journals journals, Config config) {
        this(
                bus,
                journals,
                AgentSettings.of(config),
                new Means(Clock.systemUTC(), System::nanoTime, new RandomIds(new SecureRandom())));
    }

    DefaultAgentRuntime(EventBus bus, Journals journals, AgentSettings settings, Means means) {
        this.bus = bus;
        this.outbox = new EventOutbox(bus);
        this.settings = settings;
        this.maker = new AgentMaker(settings.spawnTimeout());
        this.clock = means.clock();
        this.nanoTime = means.nanoTime();
        this.ids = means.ids();
        try {
            this.log = AgentLog.open(journals);
        } catch (IOException unreadable) {
            throw new IllegalStateException(
                    "the agents on disk cannot be read: " + unreadable.getMessage(), unreadable);
        }
        restore();
    }

    /** The agents on disk are there again, and wait for their types. */
    private void restore() {
        List<AgentId> orphans = new ArrayList<>();
        lock.lock();
        try {
            for (AgentLog.Kept kept : log.found()) {
                if (!kept.spec().parent().map(cells::containsKey).orElse(true)) {
                    orphans.add(0, kept.id()); // children come after their parents
                    continue;
                }
                AgentCell cell = cell(kept.id(), kept.session(), kept.spec());
                cell.onDisk = true;
                add(cell);
            }
            if (!cells.isEmpty()) {
                LOG.info("{} agents are back from disk and wait for their types", cells.size());
            }
        } finally {
            lock.unlock();
        }
        if (!orphans.isEmpty()) {
            LOG.warn(
                    "{} agents are ended, for their parents are gone: {}", orphans.size(), orphans);
            log.awaitEnded(log.ended(orphans));
        }
    }

    /** Lets all agents go within the limits, and ends all threads. The agents come back. */
    @Deactivate
    void stop() {
        Collection<TypeSlot> slots =
                locked(
                        () -> {
                            stopped = true;
                            spares.clear();
                            return List.copyOf(types.values());
                        });
        endAll(
                cell -> true,
                AgentFailure.gone("the node's agents are being stopped"),
                Fate.COMES_BACK);
        slots.forEach(slot -> slot.threads().close());
        locked(
                () -> {
                    types.clear();
                    return true;
                });
        log.close();
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
        if (first) {
            remakeWaiting(descriptor.type());
        } else {
            LOG.warn(
                    "the agent type '{}' has a provider; a second one, {}, is ignored for as long"
                            + " as the first is there",
                    descriptor.type(),
                    provider.getClass().getName());
        }
        outbox.flush();
    }

    /**
     * Makes a type go. Its agents drain within the limits and then wait until it is there again;
     * when this returns, nothing here refers to the provider's bundle.
     *
     * @param provider its provider
     */
    void unbindProvider(AgentProvider provider) {
        List<AgentCell> mine = new ArrayList<>();
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
                                disappear(found, mine);
                            }
                            return found;
                        });
        if (slot == null) {
            return;
        }
        AgentType type = slot.descriptor().type();
        LOG.info("agent type '{}' is gone, and {} agents wait for it", type, mine.size());
        outbox.flush();
        Patience patience = new Patience();
        settle(
                mine,
                AgentFailure.gone("the bundle of the agent type '" + type + "' went away"),
                patience);
        stopObjects(mine, patience);
        patience.await(endsOfEnding(slot), settings.cancelGrace());
        locked(
                () -> {
                    mine.forEach(this::park);
                    of(slot).forEach(cell -> cell.slot = null);
                    return true;
                });
        slot.threads().close();
        outbox.flush();
        locked(
                () -> {
                    promoteSpare(type);
                    return true;
                });
        remakeWaiting(type);
        outbox.flush();
        patience.restoreInterrupt();
    }

    /**
     * Under the lock: a type is not there any more. Who is just being spawned was promised to
     * nobody yet, and ends; all others are to be made again.
     *
     * @param mine gets those that have something to finish first
     */
    private void disappear(TypeSlot slot, List<AgentCell> mine) {
        types.remove(slot.descriptor().type());
        publish(new AgentTypeDisappeared(slot.descriptor().type(), clock.instant()));
        for (AgentCell cell : of(slot)) {
            if (cell.state().takesTasks()) {
                enter(cell, AgentState.DRAINING);
                mine.add(cell);
            } else if (cell.waits()) {
                cell.slot = null;
            } else if (!cell.ending()) {
                bury(cell, Fate.TERMINATED);
            }
        }
    }

    /** Under the lock: those of a type, each child before its parent. */
    private List<AgentCell> of(TypeSlot slot) {
        List<AgentCell> found =
                new ArrayList<>(cells.values().stream().filter(one -> one.slot == slot).toList());
        Collections.reverse(found);
        return found;
    }

    private List<CompletableFuture<Boolean>> endsOfEnding(TypeSlot slot) {
        return locked(
                () -> of(slot).stream().filter(AgentCell::ending).map(cell -> cell.ended).toList());
    }

    /** Under the lock: has drained, and waits; unless somebody wants it to end by now. */
    private void park(AgentCell cell) {
        if (!cell.ending()) {
            cell.healthCall = null;
            enter(cell, AgentState.INITIALIZING);
        }
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

    /** Lets the agents that wait for a type be made, one after the other. */
    private void remakeWaiting(AgentType type) {
        List<AgentCell> waiting = new ArrayList<>();
        TypeSlot slot =
                locked(
                        () -> {
                            TypeSlot found = types.get(type);
                            for (AgentCell cell : cells.values()) {
                                if (found != null
                                        && cell.slot == null
                                        && cell.waits()
                                        && cell.spec.type().equals(type)) {
                                    cell.slot = found;
                                    cell.problem = null;
                                    waiting.add(cell);
                                }
                            }
                            return found;
                        });
        if (slot == null || waiting.isEmpty()) {
            return;
        }
        try {
            Future<Boolean> unused =
                    slot.threads()
                            .submit(
                                    () -> {
                                        waiting.forEach(cell -> remake(slot, cell));
                                        return true;
                                    });
        } catch (RejectedExecutionException gone) {
            LOG.debug("agent type '{}' has just gone away again", type);
        }
    }

    private void remake(TypeSlot slot, AgentCell cell) {
        boolean due = locked(() -> !stopped && cell.slot == slot && cell.waits());
        if (!due) {
            return;
        }
        Optional<String> excess = excess(cell.spec, slot);
        if (excess.isPresent()) {
            notBack(slot, cell, excess.get());
            return;
        }
        Agent agent;
        try {
            agent = maker.make(slot, new Context(cell));
        } catch (RefusedException refusal) {
            notBack(slot, cell, String.valueOf(refusal.getMessage()));
            return;
        }
        boolean ready =
                locked(
                        () -> {
                            if (stopped || cell.slot != slot || !cell.waits()) {
                                return false;
                            }
                            cell.begin(slot, agent);
                            enter(cell, AgentState.READY);
                            return true;
                        });
        outbox.flush();
        if (!ready) {
            AgentMaker.discard(slot, agent);
        }
    }

    private void notBack(TypeSlot slot, AgentCell cell, String problem) {
        boolean stays =
                locked(
                        () -> {
                            if (cell.slot != slot || !cell.waits()) {
                                return false;
                            }
                            cell.problem = problem;
                            return true;
                        });
        if (stays) {
            LOG.error("agent {} is not back yet: {}", cell.id, problem);
        }
    }

    @Override
    public List<AgentDescriptor> types() {
        return locked(() -> types.values().stream().map(TypeSlot::descriptor).toList());
    }

    // ---- agents ----

    @Override
    public AgentSnapshot spawn(SessionId session, AgentSpec spec) {
        Admission admission = locked(() -> admit(session, spec));
        AgentCell cell = admission.cell();
        TypeSlot slot = admission.slot();
        Agent agent = null;
        try {
            agent = maker.make(slot, new Context(cell));
            log.spawned(new AgentLog.Kept(cell.id, session, spec));
        } catch (RefusedException refusal) {
            if (agent != null) {
                AgentMaker.discard(slot, agent);
            }
            locked(
                    () -> {
                        if (cell.state() == AgentState.INITIALIZING) {
                            enter(cell, AgentState.FAILED);
                        }
                        bury(cell, Fate.TERMINATED);
                        return true;
                    });
            outbox.flush();
            throw refusal;
        }
        Optional<AgentSnapshot> ready = becomeReady(cell, slot, agent);
        outbox.flush();
        if (ready.isEmpty()) {
            AgentMaker.discard(slot, agent);
            log.awaitEnded(log.ended(List.of(cell.id)));
            throw RefusedException.unavailable(
                    "the agent of type '"
                            + spec.type()
                            + "' was terminated while it was being made; try again");
        }
        return ready.get();
    }

    private Optional<AgentSnapshot> becomeReady(AgentCell cell, TypeSlot slot, Agent agent) {
        return locked(
                () -> {
                    if (cell.state() != AgentState.INITIALIZING || cell.doomed) {
                        return Optional.<AgentSnapshot>empty();
                    }
                    cell.onDisk = true;
                    cell.begin(slot, agent);
                    cell.enter(AgentState.READY, clock.instant());
                    publish(new AgentSpawned(cell.snapshot(), clock.instant()));
                    return Optional.of(cell.snapshot());
                });
    }

    /** A place that was taken for a new agent. */
    private record Admission(AgentCell cell, TypeSlot slot) {}

    /** Under the lock: checks the wish and takes a place for it. */
    private Admission admit(SessionId session, AgentSpec spec) {
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
        excess(spec, slot)
                .ifPresent(
                        sentence -> {
                            throw RefusedException.invalid(sentence + "; ask for less");
                        });
        spec.parent().ifPresent(parent -> checkParent(parent, session, spec));
        if (cells.size() >= settings.maxAgents()) {
            throw RefusedException.limit(
                    "this node holds at most "
                            + settings.maxAgents()
                            + " agents (maxAgents); terminate some first");
        }
        AgentCell cell = cell(new AgentId(ids.next(spec.type().value())), session, spec);
        cell.slot = slot;
        add(cell);
        return new Admission(cell, slot);
    }

    private AgentCell cell(AgentId id, SessionId session, AgentSpec spec) {
        return new AgentCell(id, session, spec, clock.instant(), this::becomeReadyAgain);
    }

    private void add(AgentCell cell) {
        cells.put(cell.id, cell);
        byId.put(cell.id, cell);
    }

    /** {@return what an agent would have that its type does not offer, as a sentence} */
    private static Optional<String> excess(AgentSpec spec, TypeSlot slot) {
        return spec.capabilities()
                .excessOver(slot.descriptor().offers())
                .map(excess -> "the agent type '" + spec.type() + "' does not offer " + excess);
    }

    private void checkParent(AgentId id, SessionId session, AgentSpec spec) {
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
                    "the agent '" + id + "' is " + parent.state() + " and cannot have a child now");
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
    }

    private static String join(Set<AgentType> names) {
        return String.join(", ", names.stream().map(AgentType::value).toList());
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
            if (cell == null) {
                return critical("there is no agent '" + agent + "'");
            }
            AgentCell.Body body = cell.body;
            if (body == null) {
                return critical(whyNotThere(cell));
            }
            if (cell.healthCall != null && !cell.healthCall.isDone()) {
                return critical("the agent '" + agent + "' has not answered the last question yet");
            }
            answer =
                    body.slot()
                            .threads()
                            .submit(
                                    () ->
                                            ForeignCode.call(
                                                    body.slot().loader(), body.agent()::health));
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

    /** Under the lock: why an agent has no object. */
    private String whyNotThere(AgentCell cell) {
        String name = "the agent '" + cell.id + "' ";
        if (cell.ending()) {
            return name + "is ending";
        }
        if (!types.containsKey(cell.spec.type())) {
            return name
                    + "waits for the agent type '"
                    + cell.spec.type()
                    + "', which is not there; start the bundle that has it, or bring its module to"
                    + " run (wasm:list says what it lacks)";
        }
        String problem = cell.problem;
        return problem == null
                ? name + "is being made"
                : name
                        + "is not back: "
                        + problem
                        + "; bring back a version of its type that can make it, or terminate the"
                        + " agent";
    }

    private static Health critical(String sentence) {
        return new Health(Health.Status.CRITICAL, sentence);
    }

    // ---- tasks ----

    @Override
    public Optional<TaskExecution> tryExecute(AgentId agent, TaskAssignment assignment) {
        AgentCell cell = byId.get(agent);
        if (cell == null) {
            return Optional.empty();
        }
        AgentCell.Body body = cell.body;
        if (body == null || !body.places().take()) {
            return Optional.empty();
        }
        RunningTask task = new RunningTask(body.places(), assignment, nanoTime, executions);
        executions.add(task); // before it runs, for it may be released before this returns
        try {
            body.slot().threads().execute(task.on(body.agent(), body.slot().loader()));
        } catch (RejectedExecutionException gone) {
            body.places().giveBack();
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
    private void becomeReadyAgain(AgentCell cell) {
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
                AgentFailure.gone("the agent was terminated: " + reason),
                Fate.TERMINATED);
    }

    @Override
    public int terminateAll(SessionId session, String reason) {
        return endAll(
                cell -> cell.session.equals(session),
                AgentFailure.gone("the agents of the session were terminated: " + reason),
                Fate.TERMINATED);
    }

    /**
     * Ends the trees below all agents that match. The phases are common to all of them, so that the
     * whole takes no longer than one agent may; the agents' ends are told leaves first.
     */
    private int endAll(Predicate<AgentCell> roots, AgentFailure why, Fate fate) {
        List<AgentCell> mine = new ArrayList<>();
        List<AgentCell> others = new ArrayList<>();
        locked(
                () -> {
                    for (AgentCell cell : leavesFirst(roots)) {
                        if (cell.ending()) {
                            others.add(cell);
                        } else {
                            mine.add(cell);
                            cell.doomed = true;
                            if (cell.state().takesTasks()) { // else it waits, or drains for that
                                enter(cell, AgentState.DRAINING);
                            }
                        }
                    }
                    return true;
                });
        outbox.flush();
        // Decided, from here on: if the node goes down now, they are gone after the restart.
        long decided = fate == Fate.TERMINATED ? log.ended(onDisk(mine)) : 0;
        Patience patience = new Patience();
        settle(mine, why, patience);
        stopObjects(mine, patience);
        patience.await(others.stream().map(cell -> cell.ended).toList(), settings.cancelGrace());
        log.awaitEnded(decided);
        locked(
                () -> {
                    mine.forEach(cell -> bury(cell, fate));
                    return true;
                });
        outbox.flush();
        patience.restoreInterrupt();
        return mine.size();
    }

    private List<AgentId> onDisk(List<AgentCell> mine) {
        return locked(
                () -> mine.stream().filter(cell -> cell.onDisk).map(cell -> cell.id).toList());
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
        List<Places> places = places(mine);
        if (patience.await(ends(places), settings.drainTimeout())) {
            return;
        }
        running(places).forEach(task -> task.endBecause(why));
        if (patience.await(ends(places), settings.cancelGrace())) {
            return;
        }
        running(places).forEach(RunningTask::interrupt);
        if (patience.await(ends(places), settings.cancelGrace())) {
            return;
        }
        running(places).forEach(task -> task.abandonBecause(why));
    }

    /** Of those that have an object. */
    private static List<Places> places(List<AgentCell> mine) {
        List<Places> places = new ArrayList<>();
        for (AgentCell cell : mine) {
            AgentCell.Body body = cell.body;
            if (body != null) {
                places.add(body.places());
            }
        }
        return places;
    }

    /** Those that are not over. The places are closed, so none is added. */
    private List<RunningTask> running(List<Places> places) {
        Set<RunningTask.Place> at = new HashSet<>(places);
        int taken = places.stream().mapToInt(Places::taken).sum();
        while (true) {
            List<RunningTask> found =
                    executions.all(task -> task.open() && at.contains(task.place()));
            if (found.stream().filter(RunningTask::occupiesPlace).count() >= taken) {
                return found;
            }
            // Between two lines of tryExecute, or of the end of a task: no code of a provider.
            LockSupport.parkNanos(10_000);
            taken = places.stream().mapToInt(Places::taken).sum();
        }
    }

    private List<CompletableFuture<Boolean>> ends(List<Places> places) {
        return running(places).stream().map(RunningTask::reported).toList();
    }

    /** Calls {@link Agent#stop} once on each, leaves first, all within one grace. */
    private void stopObjects(List<AgentCell> mine, Patience patience) {
        long begin = System.nanoTime();
        for (AgentCell cell : mine) {
            AgentCell.Body body = locked(cell::takeBody);
            if (body == null) {
                continue;
            }
            CompletableFuture<Boolean> stoppedNow;
            try {
                stoppedNow = AgentMaker.stop(body.slot(), body.agent());
            } catch (RejectedExecutionException gone) {
                continue;
            }
            Duration left = settings.cancelGrace().minusNanos(System.nanoTime() - begin);
            if (!patience.await(List.of(stoppedNow), left)) {
                LOG.warn("agent {} is still stopping; nobody waits for it any longer", cell.id);
            }
        }
    }

    /**
     * Under the lock: the last step of an agent. One that comes back is not told to be Terminated.
     */
    private void bury(AgentCell cell, Fate fate) {
        if (cell.state() == AgentState.TERMINATED) {
            return;
        }
        if (fate == Fate.TERMINATED) {
            enter(cell, AgentState.TERMINATED);
            remembered.put(cell.id, cell.snapshot());
            if (remembered.size() > AgentSettings.REMEMBERED) {
                remembered.remove(remembered.keySet().iterator().next());
            }
        } else {
            cell.enter(AgentState.TERMINATED, clock.instant());
        }
        cell.body = null;
        cell.healthCall = null;
        cell.slot = null;
        cells.remove(cell.id);
        byId.remove(cell.id);
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
