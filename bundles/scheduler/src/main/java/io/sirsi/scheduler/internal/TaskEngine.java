package io.sirsi.scheduler.internal;

import io.sirsi.agent.AgentDescriptor;
import io.sirsi.agent.AgentFailure;
import io.sirsi.agent.AgentId;
import io.sirsi.agent.AgentRuntime;
import io.sirsi.agent.AgentSnapshot;
import io.sirsi.agent.AgentState;
import io.sirsi.agent.TaskExecution;
import io.sirsi.event.Event;
import io.sirsi.event.EventBus;
import io.sirsi.failure.RefusedException;
import io.sirsi.id.RandomIds;
import io.sirsi.scheduler.internal.Matching.Pick;
import io.sirsi.session.SessionId;
import io.sirsi.task.Dependency;
import io.sirsi.task.Payload;
import io.sirsi.task.SchedulerStats;
import io.sirsi.task.TaskAssignment;
import io.sirsi.task.TaskAttemptFailed;
import io.sirsi.task.TaskFinished;
import io.sirsi.task.TaskGraph;
import io.sirsi.task.TaskId;
import io.sirsi.task.TaskMonitor;
import io.sirsi.task.TaskOutcome;
import io.sirsi.task.TaskProgressed;
import io.sirsi.task.TaskQuery;
import io.sirsi.task.TaskScheduler;
import io.sirsi.task.TaskSnapshot;
import io.sirsi.task.TaskSpec;
import io.sirsi.task.TaskStarted;
import io.sirsi.task.TaskState;
import io.sirsi.task.TaskSubmitted;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All that a scheduler decides, without a thread of its own. One lock guards every change of state;
 * {@link #runDue} is one turn of work: what is due happens, ready tasks meet agents, facts are
 * published. Agents, executions, and the bus are only ever called without the lock, and only from
 * {@code runDue}, so that facts leave in the order in which they became true.
 */
final class TaskEngine implements TaskScheduler {

    private static final Logger LOG = LoggerFactory.getLogger(TaskEngine.class);

    /** How many tasks are started in one turn before facts are published. */
    private static final int STARTS_PER_TURN = 256;

    /** How long an agent that refused a task is left alone. */
    static final Duration REFUSAL_PAUSE = Duration.ofMillis(100);

    /** How often the agents are asked anew while tasks wait, though events tell of changes. */
    static final Duration RESYNC_INTERVAL = Duration.ofSeconds(1);

    /** The longest wait that another side can ask of us. */
    static final Duration LONGEST_DELAY = Duration.ofDays(31);

    static final String STOPPED = "the scheduler stopped";

    private final AgentRuntime agents;
    private final EventBus bus;
    private final TaskStore store;
    private final SchedulerSettings settings;
    private final Clock clock;
    private final LongSupplier nanoTime;
    private final RandomGenerator random;
    private final RandomIds ids;
    private final Runnable wakeUp;

    private final AtomicBoolean agentsChanged = new AtomicBoolean(true);
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition attemptEnded = lock.newCondition();

    private final Map<TaskId, TaskEntry> live = new LinkedHashMap<>();
    private final Set<TaskEntry> running = new LinkedHashSet<>();
    private final Map<AgentId, Set<TaskEntry>> naming = new HashMap<>();
    private final Set<AgentId> doubted = new LinkedHashSet<>();
    private final Timers timers = new Timers();
    private final Matching matching;
    private final Deque<Announcement> announcements = new ArrayDeque<>();
    private final Deque<Runnable> requests = new ArrayDeque<>();
    private long lastFence;
    private long lastReadyNumber;
    private long nextResync;
    private long submitted;
    private long refusedCompletions;
    private boolean closed;

    /**
     * What surrounds an engine.
     *
     * @param clock for what people read
     * @param nanoTime for timers: a monotonic clock in nanoseconds
     * @param random for jitter
     * @param ids for the names of tasks
     */
    record World(Clock clock, LongSupplier nanoTime, RandomGenerator random, RandomIds ids) {}

    /**
     * Makes an engine.
     *
     * @param wakeUp called, without the lock, whenever there is something to do for {@link #runDue}
     */
    TaskEngine(
            AgentRuntime agents,
            EventBus bus,
            TaskStore store,
            SchedulerSettings settings,
            World world,
            Runnable wakeUp) {
        this.agents = agents;
        this.bus = bus;
        this.store = store;
        this.settings = settings;
        this.clock = world.clock();
        this.nanoTime = world.nanoTime();
        this.random = world.random();
        this.ids = world.ids();
        this.wakeUp = wakeUp;
        this.matching = new Matching(new Ageing(settings.agingInterval().toNanos()));
        this.nextResync = nanoTime.getAsLong();
    }

    // ---- submission ----

    @Override
    public TaskId schedule(SessionId session, TaskSpec spec) {
        TaskId id = locked(() -> acceptAll(session, List.of(new Draft(spec, Map.of()))).get(0));
        wakeUp.run();
        return id;
    }

    @Override
    public List<TaskId> scheduleAll(SessionId session, TaskGraph graph) {
        List<TaskGraph.Node> nodes = graph.nodes();
        GraphOrder.check(nodes);
        Map<String, Integer> places = new HashMap<>();
        List<Draft> drafts = new ArrayList<>();
        for (TaskGraph.Node node : nodes) {
            places.put(node.name(), places.size());
        }
        for (TaskGraph.Node node : nodes) {
            Map<Integer, Dependency.Condition> after = new LinkedHashMap<>();
            node.after().forEach((name, how) -> after.put(places.getOrDefault(name, -1), how));
            drafts.add(new Draft(node.spec(), after));
        }
        List<TaskId> accepted = locked(() -> acceptAll(session, drafts));
        wakeUp.run();
        return accepted;
    }

    /**
     * A task to be.
     *
     * @param spec what is wanted
     * @param after those before it in the same list, by their place
     */
    private record Draft(TaskSpec spec, Map<Integer, Dependency.Condition> after) {}

    /** Under the lock: all or none. */
    private List<TaskId> acceptAll(SessionId session, List<Draft> drafts) {
        if (closed) {
            throw RefusedException.unavailable(
                    "the scheduler is stopping; submit the task again when it is back");
        }
        List<TaskId> names = name(session, drafts);
        Set<TaskId> known = new HashSet<>();
        List<TaskEntry> fresh = new ArrayList<>();
        Instant now = clock.instant();
        for (int i = 0; i < drafts.size(); i++) {
            if (store.find(names.get(i)).isEmpty() && known.add(names.get(i))) {
                fresh.add(
                        new TaskEntry(names.get(i), session, complete(drafts.get(i), names), now));
            }
        }
        for (TaskEntry entry : fresh) {
            entry.spec.dependencies().forEach(before -> checkKnown(session, before, known));
        }
        if (store.unfinished() + fresh.size() > settings.maxUnfinished()) {
            throw RefusedException.limit(
                    "the scheduler holds at most "
                            + settings.maxUnfinished()
                            + " unfinished tasks (maxUnfinished) and has "
                            + store.unfinished()
                            + "; wait for some to end");
        }
        fresh.forEach(entry -> block(entry, known));
        store.add(fresh.stream().map(TaskEntry::snapshot).toList());
        submitted += fresh.size();
        fresh.forEach(entry -> live.put(entry.id, entry));
        for (TaskEntry entry : fresh) {
            announce(new TaskSubmitted(entry.snapshot(), now));
            entry.blockedOn
                    .keySet()
                    .forEach(
                            before -> {
                                TaskEntry parent = live.get(before);
                                if (parent != null) {
                                    parent.dependents.add(entry);
                                }
                            });
            for (AgentId agent : entry.named) {
                naming.computeIfAbsent(agent, id -> new LinkedHashSet<>()).add(entry);
                doubted.add(agent);
            }
        }
        fresh.forEach(this::begin);
        return names;
    }

    private List<TaskId> name(SessionId session, List<Draft> drafts) {
        Map<String, TaskId> used = new HashMap<>();
        List<TaskId> names = new ArrayList<>();
        for (Draft draft : drafts) {
            Optional<String> key = draft.spec().idempotencyKey();
            Optional<TaskId> earlier =
                    key.flatMap(
                            text ->
                                    Optional.ofNullable(used.get(text))
                                            .or(() -> store.findKey(session, text)));
            TaskId id = earlier.orElseGet(() -> new TaskId(ids.next("t")));
            key.ifPresent(text -> used.put(text, id));
            names.add(id);
        }
        return names;
    }

    private static TaskSpec complete(Draft draft, List<TaskId> names) {
        TaskSpec spec = draft.spec();
        for (Map.Entry<Integer, Dependency.Condition> before : draft.after().entrySet()) {
            spec = spec.after(new Dependency(names.get(before.getKey()), before.getValue()));
        }
        return spec;
    }

    private void checkKnown(SessionId session, Dependency before, Set<TaskId> known) {
        if (known.contains(before.task())) {
            return;
        }
        boolean here =
                store.find(before.task())
                        .filter(task -> task.session().equals(session))
                        .isPresent();
        if (!here) {
            throw RefusedException.notFound(
                    "there is no task '" + before.task() + "' in this session to wait for");
        }
    }

    /** Finds what a new task waits for; what has ended already counts as it ended. */
    private void block(TaskEntry entry, Set<TaskId> known) {
        for (Dependency before : entry.spec.dependencies()) {
            TaskId id = before.task();
            if (known.contains(id) || live.containsKey(id)) {
                entry.blockedOn
                        .computeIfAbsent(id, task -> new ArrayList<>())
                        .add(before.condition());
                continue;
            }
            TaskState end = store.find(id).map(TaskSnapshot::state).orElse(null);
            if (end instanceof TaskState.Succeeded succeeded) {
                entry.inputs.put(id, succeeded.output());
            } else if (before.condition() == Dependency.Condition.SUCCESS && end != null) {
                entry.doomedBy = notSucceeded(id, end);
            }
        }
        if (!entry.blockedOn.isEmpty() || entry.doomedBy != null) {
            entry.state = new TaskState.Blocked(entry.blockedOn.keySet());
        }
    }

    private void begin(TaskEntry entry) {
        String doom = entry.doomedBy;
        if (doom != null) {
            end(entry, new TaskState.Cancelled(clock.instant(), doom));
        } else if (entry.state instanceof TaskState.Ready && entry.demand == null) {
            becomeReady(entry); // unless the end of one before it has made it ready already
        }
    }

    private static String notSucceeded(TaskId before, TaskState end) {
        return "the task " + before + " before it did not succeed: it ended as " + end.name();
    }

    // ---- questions ----

    @Override
    public Optional<TaskSnapshot> find(TaskId task) {
        return store.find(task);
    }

    @Override
    public List<TaskSnapshot> list(TaskQuery query) {
        return store.list(query);
    }

    @Override
    public SchedulerStats stats() {
        return locked(() -> new SchedulerStats(store.counts(), submitted, refusedCompletions));
    }

    // ---- calling off, pausing ----

    @Override
    public boolean cancel(TaskId task, String reason) {
        boolean open =
                locked(
                        () -> {
                            TaskEntry entry = live.get(task);
                            if (entry == null) {
                                return false;
                            }
                            cancel(entry, reason);
                            return true;
                        });
        wakeUp.run();
        return open;
    }

    @Override
    public int cancelAll(SessionId session, String reason) {
        int count = locked(() -> cancelWhere(entry -> entry.session.equals(session), reason));
        wakeUp.run();
        return count;
    }

    /** Under the lock: the newest first, so that each has this reason and not its parent's end. */
    private int cancelWhere(Predicate<TaskEntry> which, String reason) {
        List<TaskEntry> open = new ArrayList<>(live.values().stream().filter(which).toList());
        Collections.reverse(open);
        for (TaskEntry entry : open) {
            if (live.containsKey(entry.id)) {
                cancel(entry, reason);
            }
        }
        return open.size();
    }

    private void cancel(TaskEntry entry, String reason) {
        if (entry.offered || entry.state instanceof TaskState.Running) {
            stopAttempt(entry, TaskEntry.Stop.CANCELLED, reason);
        } else {
            end(entry, new TaskState.Cancelled(clock.instant(), reason));
        }
    }

    @Override
    public void pause(SessionId session, boolean paused) {
        locked(
                () -> {
                    matching.pause(session, paused);
                    return true;
                });
        wakeUp.run();
    }

    // ---- one turn ----

    /** Says that agents came or went; the next turn looks. Thread-safe, does not block. */
    void agentsChanged() {
        agentsChanged.set(true);
        wakeUp.run();
    }

    /**
     * Does what is due now. For one thread at a time.
     *
     * @return after how many nanoseconds there is something to do again, if nothing happens before;
     *     0 if there is something to do at once
     */
    long runDue() {
        syncAgents();
        Set<AgentId> toCheck =
                locked(
                        () -> {
                            timers.fire(nanoTime.getAsLong());
                            Set<AgentId> copy = new LinkedHashSet<>(doubted);
                            doubted.clear();
                            return copy;
                        });
        Map<AgentId, Named> named = lookUp(toCheck);
        List<Pick> picks =
                locked(
                        () -> {
                            named.forEach(this::failThoseNaming);
                            List<Pick> found =
                                    closed
                                            ? List.of()
                                            : matching.pick(nanoTime.getAsLong(), STARTS_PER_TURN);
                            found.forEach(this::markOffered);
                            return found;
                        });
        sendRequests();
        offerAll(new ArrayDeque<>(picks));
        sendRequests();
        publish();
        return locked(this::untilNextTurn);
    }

    private long untilNextTurn() {
        if (!announcements.isEmpty()
                || !requests.isEmpty()
                || !doubted.isEmpty()
                || agentsChanged.get()
                || (!closed && matching.hasWork())) {
            return 0;
        }
        long now = nanoTime.getAsLong();
        long resync = live.isEmpty() ? TimeUnit.MINUTES.toNanos(1) : Math.max(0, nextResync - now);
        return timers.untilNext(now, resync);
    }

    private void syncAgents() {
        long now = nanoTime.getAsLong();
        boolean regular = locked(() -> !live.isEmpty() && now - nextResync >= 0);
        if (!agentsChanged.getAndSet(false) && !regular) {
            return;
        }
        boolean done = false;
        try {
            var types = agents.types();
            var list = agents.list();
            locked(
                    () -> {
                        nextResync = now + RESYNC_INTERVAL.toNanos();
                        matching.sync(list, types);
                        naming.keySet().forEach(this::doubt);
                        return true;
                    });
            done = true;
        } finally {
            if (!done) {
                agentsChanged.set(true);
            }
        }
    }

    /** Notes an agent that tasks name and that may be gone; the next turn asks. */
    private void doubt(AgentId agent) {
        if (!matching.knows(agent)) {
            doubted.add(agent);
        }
    }

    /**
     * What is known of an agent that tasks name.
     *
     * @param agent the agent, if there is one that can still take tasks
     * @param taskTypes what it runs, if that is known
     */
    private record Named(Optional<AgentSnapshot> agent, Optional<Set<String>> taskTypes) {

        /** {@return why it will never run a task, if so} */
        Optional<AgentFailure> never(AgentId id, TaskEntry entry) {
            if (agent.isEmpty()) {
                return Optional.of(
                        AgentFailure.gone("the agent '" + id + "' that it names is gone"));
            }
            if (!agent.get().session().equals(entry.session)) {
                return Optional.of(
                        AgentFailure.gone("the agent '" + id + "' is not in its session"));
            }
            if (taskTypes.isPresent() && !taskTypes.get().contains(entry.spec.type())) {
                return Optional.of(
                        AgentFailure.of(
                                AgentFailure.Code.UNSUPPORTED,
                                "the agent '"
                                        + id
                                        + "' that it names runs no tasks of type '"
                                        + entry.spec.type()
                                        + "'"));
            }
            return Optional.empty();
        }
    }

    private Map<AgentId, Named> lookUp(Set<AgentId> toCheck) {
        if (toCheck.isEmpty()) {
            return Map.of();
        }
        List<AgentDescriptor> types = agents.types();
        Map<AgentId, Named> found = new LinkedHashMap<>();
        for (AgentId id : toCheck) {
            Optional<AgentSnapshot> agent =
                    agents.find(id)
                            .filter(
                                    known ->
                                            known.state() != AgentState.TERMINATED
                                                    && known.state() != AgentState.FAILED);
            Optional<Set<String>> taskTypes =
                    agent.flatMap(
                            known ->
                                    types.stream()
                                            .filter(type -> type.type().equals(known.spec().type()))
                                            .findFirst()
                                            .map(AgentDescriptor::taskTypes));
            found.put(id, new Named(agent, taskTypes));
        }
        return found;
    }

    private void failThoseNaming(AgentId id, Named agent) {
        for (TaskEntry entry : List.copyOf(naming.getOrDefault(id, Set.of()))) {
            if (live.containsKey(entry.id)
                    && !entry.offered
                    && !(entry.state instanceof TaskState.Running)) {
                agent.never(id, entry)
                        .ifPresent(why -> end(entry, new TaskState.Failed(clock.instant(), why)));
            }
        }
    }

    private void sendRequests() {
        for (Runnable request = locked(requests::poll);
                request != null;
                request = locked(requests::poll)) {
            try {
                request.run();
            } catch (RuntimeException bug) {
                LOG.error("an agent's execution failed on a request to stop", bug);
            }
        }
    }

    private void publish() {
        while (true) {
            Event next =
                    locked(
                            () -> {
                                Announcement first = announcements.poll();
                                return first == null ? null : first.take();
                            });
            if (next == null) {
                return;
            }
            try {
                bus.publish(next);
            } catch (RuntimeException bug) {
                LOG.error("the bus failed on {}", next.getClass().getSimpleName(), bug);
            }
        }
    }

    private Announcement announce(Event event) {
        Announcement announcement = new Announcement(event);
        announcements.add(announcement);
        return announcement;
    }

    // ---- starting ----

    private void markOffered(Pick pick) {
        TaskEntry entry = pick.entry();
        entry.offered = true;
        entry.fence = ++lastFence;
        disarm(entry);
    }

    /** Without the lock; whatever breaks, no task stays between its line and an agent. */
    private void offerAll(Deque<Pick> open) {
        try {
            for (Pick next = open.poll(); next != null; next = open.poll()) {
                offer(next);
            }
        } finally {
            locked(
                    () -> {
                        open.forEach(left -> takeBack(left.entry(), left.view()));
                        return true;
                    });
        }
    }

    /** Without the lock: gives a task to an agent. */
    private void offer(Pick pick) {
        TaskEntry entry = pick.entry();
        AgentView view = pick.view();
        Instant now = clock.instant();
        int attempt = entry.attempts + 1;
        long fence = entry.fence;
        TaskState.Running state = new TaskState.Running(view.id(), attempt, fence, now);
        TaskAssignment assignment =
                new TaskAssignment(
                        new TaskSnapshot(
                                entry.id, entry.session, entry.spec, state, entry.submittedAt),
                        attempt,
                        fence,
                        now.plus(entry.spec.timeout()),
                        new Monitor(entry, fence));
        Optional<TaskExecution> execution;
        try {
            execution = agents.tryExecute(view.id(), assignment);
        } catch (RuntimeException | LinkageError bug) {
            LOG.error("agent {} could not be given task {}", view.id(), entry.id, bug);
            execution = Optional.empty();
        }
        if (execution.isEmpty()) {
            locked(
                    () -> {
                        takeBack(entry, view);
                        return true;
                    });
            return;
        }
        TaskExecution started = execution.get();
        locked(
                () -> {
                    started(entry, view, state, started);
                    return true;
                });
        var unused =
                started.outcome()
                        .whenComplete(
                                (outcome, bug) -> completed(entry, attempt, fence, outcome, bug));
    }

    private void takeBack(TaskEntry entry, AgentView view) {
        entry.offered = false;
        entry.early = null;
        view.running--;
        view.refused = true;
        matching.placeChanged(view);
        timers.arm(
                nanoTime.getAsLong() + REFUSAL_PAUSE.toNanos(),
                () -> {
                    view.refused = false;
                    matching.placeChanged(view);
                });
        if (entry.stop != null) {
            end(entry, new TaskState.Cancelled(clock.instant(), stopReason(entry)));
            return;
        }
        matching.enqueue(entry);
        armQueueTimer(entry);
        entry.named.forEach(doubted::add);
    }

    private void started(
            TaskEntry entry, AgentView view, TaskState.Running state, TaskExecution execution) {
        long now = nanoTime.getAsLong();
        entry.offered = false;
        entry.attempts++;
        entry.execution = execution;
        entry.runsOn = view;
        entry.startedNanos = now;
        running.add(entry);
        enter(entry, state);
        announce(
                new TaskStarted(
                        entry.snapshot(),
                        Duration.ofNanos(Math.max(0, now - entry.readyNanos)),
                        state.since()));
        TaskEntry.Progress early = entry.early;
        if (early != null) {
            entry.early = null;
            announceProgress(entry, early);
        }
        if (entry.stop != null) {
            askToStop(entry);
        } else {
            entry.timer =
                    timers.arm(now + entry.spec.timeout().toNanos(), () -> runTimeIsUp(entry));
        }
    }

    // ---- stopping an attempt ----

    private void runTimeIsUp(TaskEntry entry) {
        stopAttempt(
                entry,
                TaskEntry.Stop.TIMED_OUT,
                "it ran longer than the " + text(entry.spec.timeout()) + " that it may");
    }

    /** The first reason to stop counts; a second changes nothing. */
    private void stopAttempt(TaskEntry entry, TaskEntry.Stop why, String reason) {
        if (entry.stop != null) {
            return;
        }
        entry.stop = why;
        entry.stopReason = reason;
        if (!entry.offered) {
            askToStop(entry);
        }
    }

    private void askToStop(TaskEntry entry) {
        TaskExecution execution = entry.execution;
        if (execution != null) {
            requests.add(execution::cancel);
        }
        rearm(entry, settings.cancelGrace(), () -> interrupt(entry));
    }

    private void interrupt(TaskEntry entry) {
        TaskExecution execution = entry.execution;
        if (execution != null) {
            requests.add(execution::interrupt);
        }
        rearm(entry, settings.cancelGrace(), () -> abandon(entry));
    }

    private void abandon(TaskEntry entry) {
        TaskExecution execution = entry.execution;
        Duration ran = ran(entry);
        TaskOutcome given =
                entry.stop == TaskEntry.Stop.TIMED_OUT
                        ? new TaskOutcome.Failed(
                                ran,
                                AgentFailure.of(AgentFailure.Code.TIMED_OUT, stopReason(entry)))
                        : new TaskOutcome.Cancelled(ran, stopReason(entry));
        entry.abandonedWith = given;
        if (execution != null) {
            requests.add(() -> execution.abandon(given));
        }
        LOG.warn("task {} does not stop and is abandoned", entry.id);
        finish(entry, given);
    }

    private static String stopReason(TaskEntry entry) {
        String reason = entry.stopReason;
        return reason != null ? reason : STOPPED;
    }

    // ---- the end of an attempt ----

    /** Called by the agent's thread; accepted only for the attempt that runs. */
    private void completed(
            TaskEntry entry,
            int attempt,
            long fence,
            @Nullable TaskOutcome outcome,
            @Nullable Throwable bug) {
        boolean changed =
                locked(
                        () -> {
                            if (!isCurrent(entry, fence) || entry.attempts != attempt) {
                                if (outcome == null || outcome != entry.abandonedWith) {
                                    refusedCompletions++;
                                    LOG.info(
                                            "a late completion of task {} with fence {} is refused",
                                            entry.id,
                                            fence);
                                }
                                return false;
                            }
                            finish(entry, outcome != null ? outcome : broken(entry, bug));
                            return true;
                        });
        if (changed) {
            wakeUp.run();
        }
    }

    private TaskOutcome broken(TaskEntry entry, @Nullable Throwable bug) {
        LOG.error("the execution of task {} broke its contract", entry.id, bug);
        return new TaskOutcome.Failed(
                ran(entry),
                AgentFailure.of(AgentFailure.Code.INTERNAL, "its execution gave no outcome"));
    }

    private boolean isCurrent(TaskEntry entry, long fence) {
        return running.contains(entry) && entry.fence == fence;
    }

    private void finish(TaskEntry entry, TaskOutcome outcome) {
        disarm(entry);
        entry.lastRan = ran(entry);
        running.remove(entry);
        AgentView view = entry.runsOn;
        if (view != null) {
            view.running--;
            matching.placeChanged(view);
        }
        entry.runsOn = null;
        entry.execution = null;
        attemptEnded.signalAll();
        Instant now = clock.instant();
        if (outcome instanceof TaskOutcome.Succeeded succeeded) {
            end(entry, new TaskState.Succeeded(now, succeeded.output()));
        } else if (entry.stop == TaskEntry.Stop.CANCELLED) {
            end(entry, new TaskState.Cancelled(now, stopReason(entry)));
        } else if (entry.stop == TaskEntry.Stop.TIMED_OUT) {
            end(entry, new TaskState.TimedOut(now, stopReason(entry)));
        } else if (outcome instanceof TaskOutcome.Cancelled cancelled) {
            end(entry, new TaskState.Cancelled(now, cancelled.reason()));
        } else if (outcome instanceof TaskOutcome.Failed failed) {
            failed(entry, failed.failure(), now);
        }
    }

    private void failed(TaskEntry entry, AgentFailure failure, Instant now) {
        if (!failure.retryable() || entry.attempts >= entry.spec.retry().attempts()) {
            end(entry, new TaskState.Failed(now, failure));
            return;
        }
        Duration delay = delay(entry, failure);
        enter(entry, new TaskState.RetryWait(now.plus(delay), entry.attempts, failure));
        announce(new TaskAttemptFailed(entry.snapshot(), failure, now));
        rearm(entry, delay, () -> becomeReady(entry));
        entry.named.forEach(doubted::add);
    }

    /** Full jitter, but never sooner than the other side asked for. */
    private Duration delay(TaskEntry entry, AgentFailure failure) {
        Duration ceiling = shorter(entry.spec.retry().ceilingAfter(entry.attempts));
        Duration jitter = Duration.ofNanos(random.nextLong(ceiling.toNanos() + 1));
        Duration asked = shorter(failure.retryAfter().orElse(Duration.ZERO));
        return jitter.compareTo(asked) < 0 ? asked : jitter;
    }

    private static Duration shorter(Duration delay) {
        return delay.compareTo(LONGEST_DELAY) > 0 ? LONGEST_DELAY : delay;
    }

    // ---- states ----

    private void becomeReady(TaskEntry entry) {
        disarm(entry);
        Instant now = clock.instant();
        if (!(entry.state instanceof TaskState.Ready)) {
            enter(entry, new TaskState.Ready(now));
        }
        entry.readyNanos = nanoTime.getAsLong();
        entry.readyNumber = ++lastReadyNumber;
        entry.queueDeadline =
                entry.readyNanos + entry.spec.queueTimeout().map(Duration::toNanos).orElse(0L);
        matching.enqueue(entry);
        armQueueTimer(entry);
    }

    private void armQueueTimer(TaskEntry entry) {
        Optional<Duration> limit = entry.spec.queueTimeout();
        if (limit.isPresent() && entry.attempts == 0) {
            entry.timer =
                    timers.arm(
                            entry.queueDeadline,
                            () ->
                                    end(
                                            entry,
                                            new TaskState.TimedOut(
                                                    clock.instant(),
                                                    "no agent took it within the "
                                                            + text(limit.get())
                                                            + " that it may wait")));
        }
    }

    private void enter(TaskEntry entry, TaskState next) {
        TaskSteps.check(entry.state, next);
        entry.state = next;
        store.update(entry.snapshot());
    }

    /** The end of a task, and of those that cannot run without it; without recursion. */
    private void end(TaskEntry first, TaskState.Ended how) {
        Deque<Ending> work = new ArrayDeque<>();
        work.add(new Ending(first, how));
        for (Ending next = work.poll(); next != null; next = work.poll()) {
            TaskEntry entry = next.entry();
            if (live.remove(entry.id) == null) {
                continue;
            }
            disarm(entry);
            matching.dequeue(entry);
            enter(entry, next.how());
            announce(new TaskFinished(entry.snapshot(), entry.lastRan, next.how().at()));
            for (AgentId agent : entry.named) {
                Set<TaskEntry> others = naming.get(agent);
                if (others != null && others.remove(entry) && others.isEmpty()) {
                    naming.remove(agent);
                }
            }
            for (TaskEntry dependent : entry.dependents) {
                tell(dependent, entry, work);
            }
            entry.dependents.clear();
        }
    }

    private record Ending(TaskEntry entry, TaskState.Ended how) {}

    private void tell(TaskEntry dependent, TaskEntry ended, Deque<Ending> work) {
        List<Dependency.Condition> conditions = dependent.blockedOn.remove(ended.id);
        if (conditions == null || !live.containsKey(dependent.id)) {
            return;
        }
        if (ended.state instanceof TaskState.Succeeded succeeded) {
            dependent.inputs.put(ended.id, succeeded.output());
        } else if (conditions.contains(Dependency.Condition.SUCCESS)) {
            work.add(
                    new Ending(
                            dependent,
                            new TaskState.Cancelled(
                                    clock.instant(), notSucceeded(ended.id, ended.state))));
            return;
        }
        if (dependent.blockedOn.isEmpty()) {
            becomeReady(dependent);
        } else {
            dependent.state = new TaskState.Blocked(dependent.blockedOn.keySet());
            store.update(dependent.snapshot());
        }
    }

    private void rearm(TaskEntry entry, Duration delay, Runnable action) {
        timers.cancel(entry.timer);
        entry.timer = timers.arm(nanoTime.getAsLong() + delay.toNanos(), action);
    }

    private void disarm(TaskEntry entry) {
        timers.cancel(entry.timer);
        entry.timer = null;
    }

    private Duration ran(TaskEntry entry) {
        return Duration.ofNanos(Math.max(0, nanoTime.getAsLong() - entry.startedNanos));
    }

    private static String text(Duration duration) {
        return duration.toMillis() % 1000 == 0
                ? duration.toSeconds() + " s"
                : duration.toMillis() + " ms";
    }

    // ---- the end of all ----

    /**
     * Ends everything: nothing starts any more, what waits is called off, what runs is asked to
     * stop, interrupted after one grace and abandoned after another. For the thread that calls
     * {@link #runDue}; blocks for at most two graces of real time.
     */
    void close() {
        locked(
                () -> {
                    closed = true;
                    cancelWhere(entry -> true, STOPPED);
                    return true;
                });
        sendRequests();
        boolean interrupted = awaitAttempts();
        requestOfAll(TaskExecution::interrupt);
        interrupted |= awaitAttempts();
        locked(
                () -> {
                    List.copyOf(running).forEach(this::abandon);
                    return true;
                });
        sendRequests();
        publish();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void requestOfAll(Consumer<TaskExecution> request) {
        locked(
                () -> {
                    for (TaskEntry entry : running) {
                        TaskExecution execution = entry.execution;
                        if (execution != null) {
                            requests.add(() -> request.accept(execution));
                        }
                    }
                    return true;
                });
        sendRequests();
    }

    /** {@return whether the wait was cut short by an interrupt} */
    private boolean awaitAttempts() {
        long left = settings.cancelGrace().toNanos();
        lock.lock();
        try {
            while (!running.isEmpty() && left > 0) {
                left = attemptEnded.awaitNanos(left);
            }
            return false;
        } catch (InterruptedException hurry) {
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** {@return how many timers are armed, for tests} */
    int armedTimers() {
        return locked(timers::size);
    }

    private <T extends @Nullable Object> T locked(Supplier<T> work) {
        lock.lock();
        try {
            return work.get();
        } finally {
            lock.unlock();
        }
    }

    private void announceProgress(TaskEntry entry, TaskEntry.Progress said) {
        TaskProgressed event =
                new TaskProgressed(
                        entry.id, said.done(), said.total(), said.note(), clock.instant());
        Announcement waiting = entry.progress;
        if (waiting == null || !waiting.replace(event)) {
            entry.progress = announce(event);
        }
    }

    /** How an attempt speaks with us while it runs. */
    private final class Monitor implements TaskMonitor {

        private final TaskEntry entry;
        private final long fence;

        Monitor(TaskEntry entry, long fence) {
            this.entry = entry;
            this.fence = fence;
        }

        @Override
        public void progress(long done, long total, String note) {
            TaskEntry.Progress said = new TaskEntry.Progress(done, total, note);
            boolean told =
                    locked(
                            () -> {
                                if (entry.offered && entry.fence == fence) {
                                    entry.early = said;
                                    return false;
                                }
                                if (!isCurrent(entry, fence)) {
                                    return false;
                                }
                                announceProgress(entry, said);
                                return true;
                            });
            if (told) {
                wakeUp.run();
            }
        }

        @Override
        public TaskId submit(TaskSpec spec) {
            TaskId id =
                    locked(
                            () -> {
                                if (!isCurrent(entry, fence)
                                        && !(entry.offered && entry.fence == fence)) {
                                    throw RefusedException.conflict(
                                            "the attempt of task "
                                                    + entry.id
                                                    + " has ended and submits nothing any more");
                                }
                                return acceptAll(
                                                entry.session,
                                                List.of(new Draft(labelled(spec), Map.of())))
                                        .get(0);
                            });
            wakeUp.run();
            return id;
        }

        private TaskSpec labelled(TaskSpec spec) {
            TaskSpec labelled = spec;
            for (Map.Entry<String, String> label : entry.spec.labels().entrySet()) {
                if (!spec.labels().containsKey(label.getKey())) {
                    labelled = labelled.label(label.getKey(), label.getValue());
                }
            }
            return labelled;
        }

        @Override
        public Optional<Payload> outputOf(TaskId dependency) {
            return locked(() -> Optional.ofNullable(entry.inputs.get(dependency)));
        }
    }
}
