package io.sirsi.scheduler.internal;

import io.sirsi.agent.AgentDescriptor;
import io.sirsi.agent.AgentFailure;
import io.sirsi.agent.AgentId;
import io.sirsi.agent.AgentRuntime;
import io.sirsi.agent.AgentSnapshot;
import io.sirsi.agent.AgentState;
import io.sirsi.agent.TaskExecution;
import io.sirsi.event.EventBus;
import io.sirsi.failure.RefusedException;
import io.sirsi.journal.JournalException;
import io.sirsi.journal.JournalState;
import io.sirsi.session.SessionId;
import io.sirsi.task.Delivery;
import io.sirsi.task.Explanation;
import io.sirsi.task.Payload;
import io.sirsi.task.SchedulerStats;
import io.sirsi.task.TaskGraph;
import io.sirsi.task.TaskId;
import io.sirsi.task.TaskLogged;
import io.sirsi.task.TaskOutcome;
import io.sirsi.task.TaskQuery;
import io.sirsi.task.TaskScheduler;
import io.sirsi.task.TaskSnapshot;
import io.sirsi.task.TaskSpec;
import io.sirsi.task.TaskState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A scheduler without a thread of its own. Everything that changes its state is a command in one
 * queue; whoever adds one also does what is in the queue, unless somebody does so already: one at a
 * time holds the baton, and nobody waits for it. So a submission is in an agent's hands after one
 * hand-over, and a burst is done by one thread in one go.
 *
 * <p>{@link #runDue} is one turn of the rest: agents are looked up, facts are published, ended
 * tasks go to the history, and what is due by now happens. One thread calls it.
 */
final class TaskEngine implements TaskScheduler {

    private static final Logger LOG = LoggerFactory.getLogger(TaskEngine.class);

    /** How many commands and starts one turn does before it looks at the disk and the clock. */
    private static final int COMMANDS_PER_TURN = 256;

    private static final int STARTS_PER_TURN = 256;

    /** How long one that serves gathers commands for a turn, in nanoseconds. */
    private static final long GATHERING_NANOS = 1_000;

    /** How many turns a thread does for others before somebody is called to serve. */
    private static final int TURNS_FOR_OTHERS = 64;

    /** How many volatile tasks may be on their way in before whoever submits more is slowed. */
    private static final int MOST_ON_THE_WAY = 4_096;

    /** How long a caller is slowed at a time, and at most for one task, in nanoseconds. */
    private static final long GIVING_WAY = 20_000;

    private static final long LONGEST_GIVING_WAY = 10_000_000;

    /** How long a caller waits for the disk, in seconds. */
    private static final long PATIENCE = 30;

    /** How often the agents are asked anew while tasks wait, though events tell of changes. */
    static final Duration RESYNC_INTERVAL = Duration.ofSeconds(1);

    static final String STOPPED = "the scheduler stopped";

    private final AgentRuntime agents;
    private final World world;
    private final Stores stores;
    private final Runnable wakeUp;
    private final Outbox outbox;
    private final TaskLife life;
    private final HistoryFeed feed;

    private final CommandQueue commands = new CommandQueue();
    private final AtomicBoolean baton = new AtomicBoolean();
    private final AtomicBoolean logMoved = new AtomicBoolean();

    /** Somebody is in {@link #serve}. */
    private volatile boolean served;

    private Runnable callServer;

    /** How many volatile tasks have been let in at once; counted by who submits. */
    private final AtomicLong letIn = new AtomicLong();

    private final IdBlocks quickIds;
    private final AtomicBoolean agentsChanged = new AtomicBoolean(true);

    /** When the thread that calls {@link #runDue} comes back by itself. */
    private volatile long comesBackAt;

    private volatile boolean asleep;
    private long nextResync;
    private volatile @Nullable String lost;

    /**
     * What surrounds an engine.
     *
     * @param times the clocks
     * @param random for jitter
     * @param ids for the names of tasks
     * @param quickIds for the names of volatile tasks, which are drawn on any thread
     */
    record World(MonotonicWall times, RandomGenerator random, IdSource ids, IdSource quickIds) {

        /** {@return the same, with ids that a table of tasks finds easily} */
        World paged() {
            return new World(times, random, new PagedIds(ids), new PagedIds(quickIds));
        }
    }

    /**
     * Where it keeps what it must not forget.
     *
     * @param log what happens to tasks
     * @param history tasks that have ended
     * @param matching what is known of sessions already
     */
    record Stores(TaskLog log, History history, Matching matching) {}

    /**
     * Makes an engine.
     *
     * @param wakeUp called, on any thread, when there is something to do for {@link #runDue} sooner
     *     than it thought
     */
    TaskEngine(
            AgentRuntime agents,
            EventBus bus,
            Stores stores,
            SchedulerSettings settings,
            World world,
            Runnable wakeUp) {
        this.agents = agents;
        this.world = world.paged();
        this.stores = stores;
        this.wakeUp = wakeUp;
        this.callServer = wakeUp;
        this.outbox = new Outbox(bus);
        this.life = new TaskLife(this, agents, this.world, settings, stores, outbox);
        this.feed = new HistoryFeed(stores, life.finished, world.times());
        this.quickIds = new IdBlocks(this.world.quickIds());
        this.nextResync = world.times().now();
        this.comesBackAt = world.times().now();
    }

    MonotonicWall times() {
        return world.times();
    }

    TaskLife life() {
        return life;
    }

    // ---- the baton ----

    /** Adds a command, and does what there is to do unless somebody does. */
    void tell(Command command) {
        commands.add(command);
        pump();
    }

    void tell(Runnable work) {
        tell(
                new Command() {
                    @Override
                    void run() {
                        work.run();
                    }
                });
    }

    /** Adds a command and waits for its answer. */
    private <T> T ask(Supplier<T> work) {
        Call<T> call =
                new Call<>() {
                    @Override
                    void work() {
                        answer(work.get());
                    }
                };
        tell(call);
        return call.await(PATIENCE);
    }

    private Snapshotter.Baton baton() {
        return new Snapshotter.Baton() {
            @Override
            public <T> T ask(Supplier<T> work) {
                return TaskEngine.this.ask(work);
            }
        };
    }

    /** The log has come further. Called by the log's thread. */
    void logMoved() {
        logMoved.set(true);
        pump();
    }

    /**
     * Makes turns on the calling thread until there is nothing to do for a while. Meanwhile nobody
     * else makes any, so that what turns touch stays in one processor's cache. Blocks.
     *
     * @param idleNanos how long it waits for more, without sleeping, before it returns
     */
    void serve(long idleNanos) {
        served = true;
        try {
            while (!baton.compareAndSet(false, true)) {
                Thread.onSpinWait(); // For the rest of one turn.
            }
            try {
                long idleSince = times().now();
                while (!life.closed && life.turnNanos - idleSince < idleNanos) {
                    boolean busy = !commands.isEmpty() || logMoved.get();
                    if (turn() || busy) {
                        idleSince = life.turnNanos;
                    }
                    gather();
                }
            } finally {
                baton.set(false);
            }
        } finally {
            served = false;
            pump(); // Whoever came between relied on this.
        }
    }

    /** Waits for a moment if there is nothing to do: a turn costs more than a command. */
    private void gather() {
        while (commands.isEmpty()
                && !logMoved.get()
                && times().now() - life.turnNanos < GATHERING_NANOS) {
            Thread.onSpinWait();
        }
    }

    /** Sets whom to call when there is more to do than callers should. Before anything else. */
    void onBurst(Runnable call) {
        callServer = call;
    }

    private void pump() {
        for (int turns = 0; turns < TURNS_FOR_OTHERS; turns++) {
            if (served) {
                return; // Who serves looks at the queue once more after it says that it does not.
            }
            // Looked at first: also an exchange that fails takes the line from who holds it.
            if (baton.get() || !baton.compareAndSet(false, true)) {
                return; // Who holds it looks at the queue once more after giving it back.
            }
            boolean again;
            try {
                again = turn();
            } finally {
                baton.set(false);
            }
            if (!again && commands.isEmpty() && !logMoved.get()) {
                return;
            }
        }
        callServer.run();
    }

    /** {@return whether there is more to do at once} */
    private boolean turn() {
        life.beginTurn();
        if (logMoved.get()) {
            logMoved.set(false);
        }
        int done = 0;
        boolean cut = false;
        for (Command next = commands.poll(); next != null; next = commands.poll()) {
            try {
                next.run();
            } catch (RuntimeException bug) {
                LOG.error("a command of the scheduler failed; the next follows", bug);
            }
            if (++done == COMMANDS_PER_TURN) {
                // Only a queue that gave nothing is empty: what is being added may not show yet.
                cut = true;
                break;
            }
        }
        if (!life.closed) {
            life.wheel.advance(life.turnNanos, life::due);
        }
        life.settle();
        life.attempts.dispatch(STARTS_PER_TURN);
        life.settle();
        life.endTurn();
        boolean more = cut || (life.starts() && life.matching.hasWork());
        if (asleep && wantsThread()) {
            asleep = false;
            wakeUp.run();
        }
        return more;
    }

    /** Whether the thread of the engine has to come sooner than it wanted to. */
    private boolean wantsThread() {
        return outbox.hasDue(stores.log().journal().forced())
                || !life.doubted.isEmpty()
                || feed.isFull()
                || life.earliest - comesBackAt < 0
                || limitFreesEarlier();
    }

    private boolean limitFreesEarlier() {
        long free = life.matching.nextFree(life.turnNanos);
        return free != Long.MAX_VALUE && free - comesBackAt < 0;
    }

    private long nextTimer() {
        long timer = life.wheel.nextDeadline();
        long limit = life.matching.nextFree(life.turnNanos);
        if (timer == Long.MAX_VALUE && limit == Long.MAX_VALUE) {
            return life.turnNanos + TimeUnit.MINUTES.toNanos(1);
        }
        if (timer == Long.MAX_VALUE) {
            return limit;
        }
        return limit == Long.MAX_VALUE || timer - limit < 0 ? timer : limit;
    }

    // ---- submission ----

    /** A volatile task that waits for nothing: let in at once, known when its turn comes. */
    private final class QuickSubmission extends Command implements IdBlocks.Taker {
        private final SessionId session;
        private final TaskSpec spec;
        private long high;
        private long low;

        QuickSubmission(SessionId session, TaskSpec spec) {
            this.session = session;
            this.spec = spec;
        }

        @Override
        public void take(long upper, long lower) {
            high = upper;
            low = lower;
        }

        @Override
        void run() {
            life.admission.acceptVolatile(session, spec, high, low);
        }
    }

    /** Whether nothing but the number of tasks can refuse it. */
    private static boolean isQuick(TaskSpec spec) {
        return spec.delivery() == Delivery.VOLATILE
                && spec.dependencies().isEmpty()
                && spec.idempotencyKey().isEmpty()
                && spec.recurrence().isEmpty();
    }

    private TaskId scheduleQuickly(SessionId session, TaskSpec spec) {
        QuickSubmission submission = new QuickSubmission(session, spec);
        quickIds.next(submission);
        long number = letIn.incrementAndGet();
        TaskId id = TaskId.of(submission.high, submission.low);
        tell(submission);
        if (number - life.admission.arrived() > MOST_ON_THE_WAY) {
            giveWay(number);
        }
        return id;
    }

    /** Whoever submits faster than tasks are taken in lets the others work for a moment. */
    private void giveWay(long number) {
        long until = times().now() + LONGEST_GIVING_WAY;
        while (number - life.admission.arrived() > MOST_ON_THE_WAY / 2
                && times().now() - until < 0) {
            LockSupport.parkNanos(GIVING_WAY);
            pump();
        }
    }

    @Override
    public TaskId schedule(SessionId session, TaskSpec spec) {
        if (isQuick(spec) && life.admission.lets(letIn.get())) {
            return scheduleQuickly(session, spec);
        }
        return submit(session, spec).await(PATIENCE).get(0);
    }

    /** Submits, and leaves the waiting to the caller. */
    Call<List<TaskId>> submit(SessionId session, TaskSpec spec) {
        Submission submission =
                new Submission(life, session) {
                    @Override
                    void work() {
                        life.admission.accept(this, spec);
                    }
                };
        tell(submission);
        return submission;
    }

    @Override
    public List<TaskId> scheduleAll(SessionId session, TaskGraph graph) {
        return submitAll(session, graph).await(PATIENCE);
    }

    /** Submits a graph, and leaves the waiting to the caller. */
    Call<List<TaskId>> submitAll(SessionId session, TaskGraph graph) {
        Submission submission =
                new Submission(life, session) {
                    @Override
                    void work() {
                        life.admission.acceptGraph(this, graph);
                    }
                };
        tell(submission);
        return submission;
    }

    TaskId submitFrom(Attempt attempt, TaskSpec spec) {
        Submission submission =
                new Submission(life, attempt.entry.kind.session.id) {
                    @Override
                    void work() {
                        if (!attempt.open) {
                            throw attempt.over();
                        }
                        life.admission.accept(this, labelled(attempt.entry, spec));
                    }
                };
        tell(submission);
        return submission.await(PATIENCE).get(0);
    }

    private static TaskSpec labelled(TaskEntry parent, TaskSpec spec) {
        TaskSpec labelled = spec;
        if (parent.rare != null) {
            for (Map.Entry<String, String> label : parent.rare.labels.entrySet()) {
                if (!label.getKey().equals(TaskLife.SERIES)
                        && !spec.labels().containsKey(label.getKey())) {
                    labelled = labelled.label(label.getKey(), label.getValue());
                }
            }
        }
        return labelled;
    }

    // ---- questions ----

    @Override
    public Optional<TaskSnapshot> find(TaskId task) {
        Optional<TaskSnapshot> live =
                ask(
                        () -> {
                            TaskEntry entry = life.table.get(task);
                            return entry == null || entry.phase == Phase.COMING
                                    ? Optional.empty()
                                    : Optional.of(entry.snapshot(times()));
                        });
        return live.isPresent()
                ? live
                : stores.history().find(task).map(HistoryStore.Finished::task);
    }

    @Override
    public List<TaskSnapshot> list(TaskQuery query) {
        LiveTasks live = ask(() -> listLive(query));
        List<TaskSnapshot> found = new ArrayList<>(live.found());
        Set<TaskId> known = new LinkedHashSet<>(live.coming());
        found.forEach(task -> known.add(task.id()));
        boolean wantsEnded =
                query.states().isEmpty()
                        || query.states().stream().anyMatch(state -> TaskSteps.isFinal(state));
        if (wantsEnded) {
            List<HistoryStore.Finished> history = stores.history().newest(query);
            Instant end = times().instant();
            for (HistoryStore.Finished past : history) {
                // Of what came and ended since, a graph would be here in part.
                Instant came = past.task().submittedAt();
                boolean since = came.isAfter(live.at()) && !came.isAfter(end);
                if (!since && known.add(past.task().id())) {
                    found.add(past.task());
                }
            }
            // Stable: what was submitted in the same instant keeps its order.
            found.sort(Comparator.comparing(TaskSnapshot::submittedAt).reversed());
        }
        return List.copyOf(found.subList(0, Math.min(query.limit(), found.size())));
    }

    /**
     * What there is in memory at one moment.
     *
     * @param found the tasks that match
     * @param coming those that are not acknowledged yet: nobody is shown them
     * @param at the moment
     */
    private record LiveTasks(List<TaskSnapshot> found, List<TaskId> coming, Instant at) {}

    private LiveTasks listLive(TaskQuery query) {
        List<TaskSnapshot> found = new ArrayList<>();
        List<TaskId> coming = new ArrayList<>();
        for (TaskEntry entry = life.newest;
                entry != null && found.size() < query.limit();
                entry = entry.older) {
            if (entry.phase == Phase.COMING) {
                coming.add(entry.id());
            } else if (matches(entry, query)) {
                found.add(entry.snapshot(times()));
            }
        }
        return new LiveTasks(found, coming, life.instant());
    }

    private boolean matches(TaskEntry entry, TaskQuery query) {
        if (query.session().isPresent() && !query.session().get().equals(entry.kind.session.id)) {
            return false;
        }
        Map<String, String> labels = entry.rare == null ? Map.of() : entry.rare.labels;
        for (Map.Entry<String, String> wanted : query.labels().entrySet()) {
            if (!wanted.getValue().equals(labels.get(wanted.getKey()))) {
                return false;
            }
        }
        return query.states().isEmpty() || query.states().contains(entry.state(times()).name());
    }

    @Override
    public SchedulerStats stats() {
        return ask(
                () -> {
                    Map<String, Long> byState = new LinkedHashMap<>();
                    count(byState, "Blocked", Phase.BLOCKED);
                    count(byState, "Ready", Phase.READY);
                    count(byState, "Running", Phase.RUNNING);
                    count(byState, "RetryWait", Phase.RETRY_WAIT);
                    life.countEndings(byState);
                    life.ends.addTo(byState);
                    return new SchedulerStats(
                            byState,
                            life.submitted,
                            life.attempts.refusedCompletions,
                            life.attempts.metrics.times(),
                            life.standstill());
                });
    }

    private void count(Map<String, Long> byState, String name, Phase phase) {
        long count = life.byPhase[phase.code];
        if (count > 0) {
            byState.put(name, count);
        }
    }

    @Override
    public Optional<Explanation> explain(TaskId task) {
        Optional<Explanation> live =
                ask(
                        () -> {
                            TaskEntry entry = life.table.get(task);
                            return entry == null
                                    ? Optional.empty()
                                    : Optional.of(new Explainer(life, times()).explain(entry));
                        });
        Optional<Explanation> found =
                live.isPresent()
                        ? live
                        : stores.history().find(task).map(past -> Explainer.ended(past.task()));
        return found.map(this::withSeries);
    }

    /** One that came again is not over when it ends. */
    private Explanation withSeries(Explanation explanation) {
        TaskSnapshot task = explanation.task();
        if (!hasEndedInSeries(task)) {
            return explanation;
        }
        Optional<TaskId> next =
                ask(() -> Optional.ofNullable(life.nextOfSeries(task)).map(TaskEntry::id));
        return next.map(id -> Explainer.goesOn(explanation, id)).orElse(explanation);
    }

    private static boolean hasEndedInSeries(TaskSnapshot task) {
        return task.state() instanceof TaskState.Ended && task.spec().recurrence().isPresent();
    }

    @Override
    public Set<SessionId> sessions() {
        return ask(
                () -> {
                    Set<SessionId> busy = new LinkedHashSet<>();
                    for (SessionState session : life.matching.sessions()) {
                        if (session.unfinished > 0) {
                            busy.add(session.id);
                        }
                    }
                    return busy;
                });
    }

    @Override
    public int unfinished(SessionId session) {
        return ask(
                () -> {
                    SessionState known = life.matching.known(session);
                    return known == null ? 0 : known.unfinished;
                });
    }

    // ---- orders ----

    /** An order that is answered when the log has it. */
    private final class Order<T> extends Call<T> implements TaskLife.Waiter {
        private final Supplier<Long> work;
        private final T answer;
        private final T answerIfNot;
        private long position;

        Order(Supplier<Long> work, T answer, T answerIfNot) {
            this.work = work;
            this.answer = answer;
            this.answerIfNot = answerIfNot;
        }

        @Override
        void work() {
            if (life.closed) {
                throw RefusedException.unavailable(
                        "the scheduler is stopping; try again when it is back");
            }
            position = work.get();
            if (position < 0) {
                answer(answerIfNot);
            } else {
                life.await(this);
            }
        }

        @Override
        public long position() {
            return position;
        }

        @Override
        public void reached() {
            answer(answer);
        }

        @Override
        public void failed(RuntimeException why) {
            fail(why);
        }
    }

    private <T> T order(Supplier<Long> work, T answer, T answerIfNot) {
        return begin(work, answer, answerIfNot).await(PATIENCE);
    }

    private <T> Call<T> begin(Supplier<Long> work, T answer, T answerIfNot) {
        Order<T> order = new Order<>(work, answer, answerIfNot);
        tell(order);
        return order;
    }

    private Call<Boolean> orderOf(TaskId task, java.util.function.ToLongFunction<TaskEntry> work) {
        return begin(
                () -> {
                    TaskEntry entry = life.table.get(task);
                    return entry == null || entry.ended() || entry.phase == Phase.COMING
                            ? -1L
                            : work.applyAsLong(entry);
                },
                true,
                false);
    }

    @Override
    public boolean cancel(TaskId task, String reason) {
        return beginCancel(task, reason).await(PATIENCE)
                || find(task)
                        .filter(TaskEngine::hasEndedInSeries)
                        .map(past -> cancelSeries(past, reason))
                        .orElse(false);
    }

    /** Calls a task off, and leaves the waiting to the caller. */
    Call<Boolean> beginCancel(TaskId task, String reason) {
        return orderOf(task, entry -> life.cancel(entry, reason));
    }

    /** Of a series, one that has ended stands for the one that waits. */
    private boolean cancelSeries(TaskSnapshot past, String reason) {
        return order(
                () -> {
                    TaskEntry next = life.nextOfSeries(past);
                    return next == null || next.phase == Phase.COMING
                            ? -1L
                            : life.cancel(next, reason);
                },
                true,
                false);
    }

    @Override
    public int cancelAll(SessionId session, String reason) {
        int[] count = new int[1];
        order(
                () -> {
                    long last = 0;
                    // The newest first, so that each has this reason and not its parent's end.
                    for (TaskEntry entry = life.newest; entry != null; ) {
                        TaskEntry next = entry.older;
                        if (entry.kind.session.id.equals(session) && !entry.ended()) {
                            last = Math.max(last, life.cancel(entry, reason));
                            count[0]++;
                        }
                        entry = next;
                    }
                    return last;
                },
                true,
                true);
        return count[0];
    }

    @Override
    public void pause(SessionId session, boolean paused) {
        beginPause(session, paused).await(PATIENCE);
    }

    /** Pauses a session or lets it go on, and leaves the waiting to the caller. */
    Call<Boolean> beginPause(SessionId session, boolean paused) {
        return begin(
                () -> life.pause(session, paused ? "the session is suspended" : null), true, true);
    }

    @Override
    public boolean pauseTask(TaskId task, String by) {
        return beginPauseTask(task, by).await(PATIENCE);
    }

    /** Pauses a task, and leaves the waiting to the caller. */
    Call<Boolean> beginPauseTask(TaskId task, String by) {
        return orderOf(task, entry -> life.pause(entry, by));
    }

    @Override
    public boolean resumeTask(TaskId task) {
        return beginResumeTask(task).await(PATIENCE);
    }

    /** Lets a paused task go on, and leaves the waiting to the caller. */
    Call<Boolean> beginResumeTask(TaskId task) {
        return orderOf(task, entry -> entry.paused ? life.resume(entry) : -1L);
    }

    @Override
    public void pauseAll(String by) {
        order(() -> life.pauseAll(by), true, true);
    }

    @Override
    public void resumeAll() {
        order(() -> life.pauseAll(null), true, true);
    }

    @Override
    public void weigh(SessionId session, int weight) {
        if (weight < 1 || weight > 1_000) {
            throw RefusedException.invalid(
                    "a session's weight is 1 to 1000, not " + weight + "; choose another");
        }
        order(() -> life.weigh(session, weight), true, true);
    }

    // ---- what attempts say ----

    /** Under the baton. */
    void completed(Attempt attempt, TaskOutcome outcome) {
        life.attempts.completed(attempt, outcome);
    }

    /** Under the baton. */
    void progressed(Attempt attempt) {
        if (attempt.open && !life.closed) {
            life.attempts.alive(attempt, "");
            outbox.addProgress(attempt);
        } else {
            attempt.takeProgress();
        }
    }

    /** Under the baton. */
    void alive(Attempt attempt, String token) {
        life.attempts.alive(attempt, token);
    }

    /** Under the baton. */
    void logged(Attempt attempt, String line, Instant at) {
        if (attempt.open && !life.closed && outbox.wants(TaskLogged.class)) {
            outbox.add(0, new TaskLogged(attempt.entry.id(), attempt.number, line, at));
        }
    }

    Optional<String> resumeTokenOf(Attempt attempt) {
        return ask(
                () ->
                        Optional.ofNullable(
                                attempt.entry.rare == null
                                        ? null
                                        : attempt.entry.rare.resumeToken));
    }

    Optional<Payload> outputFor(Attempt attempt, TaskId dependency) {
        Optional<TaskEntry> parent =
                ask(
                        () -> {
                            for (TaskEntry one : attempt.entry.before) {
                                if (one.id().equals(dependency) && one.succeeded()) {
                                    return Optional.of(one);
                                }
                            }
                            return Optional.empty();
                        });
        if (parent.isEmpty()) {
            return Optional.empty();
        }
        if (parent.get().end != null) {
            return Optional.of(life.outputOf(parent.get()));
        }
        return stores.history()
                .find(dependency)
                .map(past -> past.task().state())
                .map(
                        state ->
                                state instanceof TaskState.Succeeded success
                                        ? success.output()
                                        : Payload.NONE);
    }

    // ---- one turn of the thread ----

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
        asleep = false;
        syncAgents();
        failThoseNamingTheGone();
        pump();
        outbox.publish(stores.log().journal().forced());
        List<TaskEntry> kept = feed.feed();
        if (!kept.isEmpty()) {
            tell(() -> kept.forEach(life::forget));
        }
        return untilNextTurn();
    }

    private long untilNextTurn() {
        return ask(
                () -> {
                    if (outbox.hasDue(stores.log().journal().forced())
                            || !life.doubted.isEmpty()
                            || agentsChanged.get()
                            || feed.hasDue()
                            || (life.starts() && life.matching.hasWork())) {
                        return 0L;
                    }
                    long now = life.turnNanos;
                    long next = nextTimer();
                    if (life.unfinished > 0 && nextResync - next < 0) {
                        next = nextResync;
                    }
                    comesBackAt = next;
                    life.earliest = next;
                    asleep = true;
                    return Math.max(0, next - now);
                });
    }

    private void syncAgents() {
        long now = times().now();
        boolean regular = now - nextResync >= 0;
        if (!agentsChanged.getAndSet(false) && !regular) {
            return;
        }
        boolean done = false;
        try {
            List<AgentDescriptor> types = agents.types();
            List<AgentSnapshot> list = agents.list();
            nextResync = now + RESYNC_INTERVAL.toNanos();
            ask(
                    () -> {
                        life.matching.sync(list, types);
                        for (AgentId agent : life.naming.keySet()) {
                            if (life.matching.view(agent) == null) {
                                life.doubted.add(agent);
                            }
                        }
                        return true;
                    });
            done = true;
        } finally {
            if (!done) {
                agentsChanged.set(true);
            }
        }
    }

    /**
     * What is known of an agent that tasks name.
     *
     * @param agent the agent, if there is one that can still take tasks
     * @param taskTypes what it runs, if that is known
     */
    private record Named(Optional<AgentSnapshot> agent, Optional<Set<String>> taskTypes) {

        /** {@return why it will never run tasks of a kind, if so} */
        Optional<AgentFailure> never(AgentId id, TaskKind kind) {
            if (agent.isEmpty()) {
                return Optional.of(
                        AgentFailure.gone("the agent '" + id + "' that it names is gone"));
            }
            if (!agent.get().session().equals(kind.session.id)) {
                return Optional.of(
                        AgentFailure.gone("the agent '" + id + "' is not in its session"));
            }
            if (taskTypes.isPresent() && !taskTypes.get().contains(kind.spec.type())) {
                return Optional.of(
                        AgentFailure.of(
                                AgentFailure.Code.UNSUPPORTED,
                                "the agent '"
                                        + id
                                        + "' that it names runs no tasks of type '"
                                        + kind.spec.type()
                                        + "'"));
            }
            return Optional.empty();
        }
    }

    private void failThoseNamingTheGone() {
        Set<AgentId> toCheck =
                ask(
                        () -> {
                            Set<AgentId> copy = new LinkedHashSet<>(life.doubted);
                            life.doubted.clear();
                            return copy;
                        });
        if (toCheck.isEmpty()) {
            return;
        }
        List<AgentDescriptor> types = agents.types();
        Map<AgentId, Named> found = new LinkedHashMap<>();
        for (AgentId id : toCheck) {
            found.put(id, lookUp(id, types));
        }
        tell(() -> found.forEach(this::failThoseNaming));
    }

    private Named lookUp(AgentId id, List<AgentDescriptor> types) {
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
        return new Named(agent, taskTypes);
    }

    private void failThoseNaming(AgentId id, Named agent) {
        for (TaskKind kind : List.copyOf(life.naming.getOrDefault(id, Set.of()))) {
            Optional<AgentFailure> why = agent.never(id, kind);
            if (why.isEmpty()) {
                continue;
            }
            for (TaskEntry entry : List.copyOf(kind.members)) {
                if (!entry.ended() && entry.phase != Phase.RUNNING && entry.phase != Phase.COMING) {
                    life.end(entry, new TaskState.Failed(life.instant(), why.get()));
                }
            }
        }
    }

    // ---- the disk ----

    /** The log's state changed. Called by the log's thread. */
    void logChanged(JournalState state, String sentence) {
        tell(
                () -> {
                    switch (state) {
                        case OPEN -> life.trouble = "";
                        case FULL ->
                                life.trouble =
                                        "no task is accepted or started: "
                                                + sentence
                                                + "; free some space";
                        default -> lost(sentence);
                    }
                });
        wakeUp.run();
    }

    /** Under the baton: the log cannot go on. Everything stops; another engine reads it anew. */
    void lost(@Nullable String why) {
        if (lost == null) {
            lost = why == null ? "the log failed" : why;
            life.trouble = "no task is accepted or started: " + lost;
            life.failWaiters("the task log failed: " + lost);
            wakeUp.run();
        }
    }

    /** {@return why this engine is of no use any more; empty if it is} */
    Optional<String> lost() {
        return Optional.ofNullable(lost);
    }

    // ---- beginning and end ----

    /** Makes a snapshot of all tasks if the log has grown enough; for the thread of the engine. */
    Snapshotter snapshotter(long afterBytes) {
        return new Snapshotter(baton(), life, stores, feed, afterBytes);
    }

    /** Lets the tasks that the log knows go on; before anything else is asked. */
    TaskReplay.Summary resume(TaskReplay replay) {
        List<AgentDescriptor> types = agents.types();
        List<AgentSnapshot> list = agents.list();
        List<TaskExecution> executions = agents.executions();
        long epoch =
                ask(
                        () -> {
                            life.attempts.epoch(replay.nextEpoch());
                            return stores.log().epoch(replay.nextEpoch());
                        });
        awaitForced(epoch); // Or the next one could give the same fences away again.
        TaskReplay.Summary summary =
                ask(
                        () -> {
                            life.beginTurn();
                            life.matching.sync(list, types);
                            return replay.restore(life, this, executions, agents, stores.history());
                        });
        agentsChanged.set(true);
        pump();
        return summary;
    }

    private void awaitForced(long position) {
        boolean forced;
        try {
            forced = stores.log().journal().awaitForced(position, Duration.ofSeconds(PATIENCE));
        } catch (InterruptedException leaving) {
            Thread.currentThread().interrupt();
            forced = false;
        }
        if (!forced) {
            throw new JournalException(
                    stores.log().journal().status().state(),
                    "the task log does not come to the disk; nothing can be started");
        }
    }

    /**
     * Ends: nothing is accepted or started any more, what waits stays in the log, what runs goes on
     * and tells the next scheduler. Volatile tasks are lost, and called off.
     */
    void close() {
        ask(
                () -> {
                    life.closed = true;
                    life.attempts.takeBackAll();
                    for (TaskEntry entry = life.newest; entry != null; entry = entry.older) {
                        if (entry.kind.isVolatile && !entry.ended()) {
                            dropVolatile(entry);
                        }
                    }
                    life.failWaiters(STOPPED);
                    return true;
                });
        outbox.publish(stores.log().journal().forced());
    }

    private void dropVolatile(TaskEntry entry) {
        Attempt attempt = entry.attempt;
        if (attempt != null && attempt.execution != null) {
            attempt.open = false;
            attempt.execution.cancel();
            attempt.execution.release();
        }
        life.end(entry, new TaskState.Cancelled(life.instant(), STOPPED));
    }

    /** {@return how many timers are armed, for tests} */
    int armedTimers() {
        return ask(() -> life.wheel.size());
    }
}
