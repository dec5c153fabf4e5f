package io.sirsi.scheduler.internal;

import io.sirsi.agent.AgentFailure;
import io.sirsi.agent.AgentId;
import io.sirsi.agent.AgentRuntime;
import io.sirsi.agent.TaskExecution;
import io.sirsi.failure.RefusedException;
import io.sirsi.journal.FailPoint;
import io.sirsi.journal.JournalException;
import io.sirsi.session.SessionId;
import io.sirsi.task.Delivery;
import io.sirsi.task.Dependency;
import io.sirsi.task.Join;
import io.sirsi.task.ParentFailure;
import io.sirsi.task.Payload;
import io.sirsi.task.Recurrence;
import io.sirsi.task.TaskAttemptFailed;
import io.sirsi.task.TaskFinished;
import io.sirsi.task.TaskGraph;
import io.sirsi.task.TaskId;
import io.sirsi.task.TaskOutcome;
import io.sirsi.task.TaskSnapshot;
import io.sirsi.task.TaskSpec;
import io.sirsi.task.TaskStarted;
import io.sirsi.task.TaskState;
import io.sirsi.task.TaskSubmitted;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rules: what becomes of tasks, step by step. It has no thread and no lock; all of it is
 * guarded by the engine's baton. Whatever must survive is appended to the log first; what must not
 * happen before a record is on the disk waits in one of the queues that {@link #settle} looks at.
 */
final class TaskLife {

    private static final Logger LOG = LoggerFactory.getLogger(TaskLife.class);

    /** How long an agent that refused a task is left alone. */
    static final Duration REFUSAL_PAUSE = Duration.ofMillis(100);

    /** The longest wait that another side can ask of us. */
    static final Duration LONGEST_DELAY = Duration.ofDays(31);

    /** Times that were missed longer ago are not made up for. */
    private static final Duration MAKES_UP_FOR = Duration.ofDays(1);

    /** A time that comes later than this by the wall clock was missed, not late. */
    private static final Duration LATE = Duration.ofSeconds(1);

    /** How many retries there may be for a hundred attempts, and how many in any case a minute. */
    private static final int RETRY_PERCENT = 10;

    private static final int RETRIES_AT_LEAST = 100;

    /** How long a retry waits where only new attempts can make room for it. */
    private static final long BUDGET_PAUSE = Duration.ofSeconds(1).toNanos();

    private static final long ANCHOR_NANOS = 1_000_000;

    /** How long a due time waits for a disk that is full. */
    private static final long FULL_DISK_PAUSE = Duration.ofSeconds(1).toNanos();

    private final TaskEngine engine;
    private final AgentRuntime agents;
    private final TaskEngine.World world;
    private final MonotonicWall times;
    private final SchedulerSettings settings;
    private final TaskLog log;
    private final History history;
    final Outbox outbox;
    final Matching matching;
    final TimerWheel wheel;
    final TaskTable table = new TaskTable();
    private final RetryBudgets budgets = new RetryBudgets(RETRY_PERCENT, RETRIES_AT_LEAST);

    /** Kinds whose tasks name an agent, and agents that may be gone. */
    final Map<AgentId, Set<TaskKind>> naming = new HashMap<>();

    final Set<AgentId> doubted = new LinkedHashSet<>();

    /** What waits for a position of the log, in the order of positions. */
    private final Deque<Waiter> waiters = new ArrayDeque<>();

    private final Deque<TaskEntry> endings = new ArrayDeque<>();
    private final Deque<TaskEntry> volatileEndings = new ArrayDeque<>();
    private final Deque<Attempt> handOvers = new ArrayDeque<>();
    private final Deque<Attempt> carefulHandOvers = new ArrayDeque<>();

    /** Ended tasks on their way to the history; taken by the thread that feeds it. */
    final Queue<TaskEntry> finished = new ConcurrentLinkedQueue<>();

    private final @Nullable TaskEntry[] remembered;
    private int nextRemembered;

    @Nullable TaskEntry newest;
    @Nullable TaskEntry oldest;

    /** Where a snapshot that is being taken has come to. */
    @Nullable TaskEntry cursor;

    private long lastNumber;
    private long epoch;
    private long fences;
    int unfinished;

    /** How many that have ended are not in the history yet, and how many may be. */
    private int awaitingHistory;

    int mostAwaitingHistory = 1 << 16;

    /**
     * The same as it was after the last turn, without those that were let in at once: they are
     * counted where they came in. For any thread.
     */
    private final AtomicLong shownUnfinished = new AtomicLong();

    /** How many volatile tasks that were let in have come here. */
    private long arrivedQuickly;

    private final AtomicLong shownArrived = new AtomicLong();

    long submitted;
    long refusedCompletions;
    final long[] byPhase = new long[Phase.values().length];
    final EndCounts ends = new EndCounts();

    /** Why nothing is started or accepted; empty if all is well. */
    volatile String trouble = "";

    volatile boolean closed;
    private @Nullable Instant turnInstant;
    long turnNanos;

    /** Not later than the first timer that was armed since somebody looked at all of them. */
    long earliest;

    /** What the clocks said when both were read last, since reading them costs more than a step. */
    private long anchorNanos;

    private long anchorEpochNanos;
    private boolean anchored;

    /** Something that waits until the log has come to a position. */
    interface Waiter {
        long position();

        void reached();

        void failed(RuntimeException why);
    }

    TaskLife(
            TaskEngine engine,
            AgentRuntime agents,
            TaskEngine.World world,
            SchedulerSettings settings,
            TaskEngine.Stores stores,
            Outbox outbox) {
        this.engine = engine;
        this.agents = agents;
        this.world = world;
        this.times = world.times();
        this.settings = settings;
        this.log = stores.log();
        this.history = stores.history();
        this.outbox = outbox;
        this.matching = stores.matching();
        this.wheel = new TimerWheel(times.now());
        this.remembered = new TaskEntry[Math.max(1, settings.rememberedVolatile())];
        this.turnNanos = times.now();
    }

    /** {@return how many of those that were let in at once had come after the last turn} */
    long arrived() {
        return shownArrived.get();
    }

    /** Begins a turn: time is read once for all that happens in it. */
    void beginTurn() {
        turnNanos = times.now();
        turnInstant = null;
    }

    void endTurn() {
        shownUnfinished.lazySet(unfinished - arrivedQuickly);
        shownArrived.lazySet(arrivedQuickly);
    }

    Instant instant() {
        Instant now = turnInstant;
        if (now == null) {
            now = TaskEntry.instant(epochNanos());
            turnInstant = now;
        }
        return now;
    }

    /** {@return the wall clock's time, not older than a millisecond, in nanoseconds since 1970} */
    private long epochNanos() {
        long passed = turnNanos - anchorNanos;
        if (!anchored || passed <= 0 || passed > ANCHOR_NANOS) {
            anchored = true;
            anchorNanos = turnNanos;
            anchorEpochNanos = TaskEntry.epochNanos(times.instant());
            return anchorEpochNanos;
        }
        return anchorEpochNanos + passed;
    }

    /** Arms a timer, and notes the earliest so that who sleeps can be woken. */
    private void arm(TimerNode node, long deadline) {
        wheel.arm(node, deadline);
        if (deadline - earliest < 0) {
            earliest = deadline;
        }
    }

    void epoch(long value) {
        epoch = value;
        fences = 0;
    }

    private long nextFence() {
        return (epoch << 40) | ++fences;
    }

    // ---- submission ----

    /** Refuses while nothing can be accepted. */
    private void checkOpen() {
        if (closed) {
            throw RefusedException.unavailable(
                    "the scheduler is stopping; submit the task again when it is back");
        }
        String why = trouble;
        if (!why.isEmpty()) {
            throw RefusedException.unavailable(why);
        }
    }

    private void checkRoom(int more) {
        if ((long) unfinished + more > settings.maxUnfinished()) {
            throw RefusedException.limit(
                    "the scheduler holds at most "
                            + settings.maxUnfinished()
                            + " unfinished tasks (maxUnfinished) and has "
                            + unfinished
                            + "; wait for some to end");
        }
    }

    /**
     * {@return whether one more may come at once; for any thread, and right but for a moment}
     *
     * @param letIn how many were let in before
     */
    boolean lets(long letIn) {
        return !closed
                && trouble.isEmpty()
                && shownUnfinished.get() + letIn < settings.maxUnfinished();
    }

    /** Accepts one task; the submission is answered when it is on the disk. */
    void accept(Submission submission, TaskSpec spec) {
        checkOpen();
        SessionState session = matching.session(submission.session());
        Optional<TaskEntry> twin = liveTwin(session, spec);
        if (twin.isPresent()) {
            TaskEntry earlier = twin.get();
            submission.accepted(new TaskEntry[] {earlier}, earlier.position);
            await(submission);
            return;
        }
        Optional<TaskId> past =
                spec.idempotencyKey().flatMap(key -> history.findKey(session.id, key));
        if (past.isPresent()) {
            submission.answer(List.of(past.get()));
            return;
        }
        try {
            checkRoom(1);
            TaskEntry entry = draft(session, spec);
            entry.before = parents(session, entry, spec.dependencies());
            long position = entry.kind.isVolatile ? 0 : store(entry, null);
            add(entry);
            submission.accepted(new TaskEntry[] {entry}, position);
            await(submission);
        } finally {
            matching.forgetIfIdle(session);
        }
    }

    /** Accepts a volatile task that has been let in already, and waits for nothing. */
    void acceptVolatile(SessionId id, TaskSpec spec, long high, long low) {
        arrivedQuickly++;
        SessionState session = matching.session(id);
        if (closed) {
            return; // It is lost with all volatile ones.
        }
        TaskEntry entry = draft(session, spec, high, low);
        add(entry);
        arrive(entry);
    }

    private static Optional<TaskEntry> liveTwin(SessionState session, TaskSpec spec) {
        return spec.idempotencyKey().map(session.keys::get);
    }

    private long store(TaskEntry entry, @Nullable TaskEntry predecessor) {
        try {
            return log.submitted(entry, predecessor, false);
        } catch (JournalException full) {
            throw unstored(full);
        }
    }

    private static RefusedException unstored(JournalException why) {
        return RefusedException.unavailable(
                "the task is not stored: " + why.getMessage() + "; submit it again later");
    }

    /** Accepts all tasks of a graph, or none. */
    void acceptGraph(Submission submission, TaskGraph graph) {
        checkOpen();
        GraphOrder.check(graph);
        SessionState session = matching.session(submission.session());
        try {
            checkRoom(graph.size());
            new GraphDraft(session, graph).accept(submission);
        } finally {
            matching.forgetIfIdle(session);
        }
    }

    /** A graph while it is being accepted. */
    private final class GraphDraft {
        private final SessionState session;
        private final TaskGraph graph;
        private final TaskEntry[] entries;
        private final boolean[] isNew;
        private int fresh;
        private boolean durable;

        GraphDraft(SessionState session, TaskGraph graph) {
            this.session = session;
            this.graph = graph;
            this.entries = new TaskEntry[graph.size()];
            this.isNew = new boolean[graph.size()];
        }

        void accept(Submission submission) {
            Map<String, TaskEntry> keys = new HashMap<>();
            for (int i = 0; i < entries.length; i++) {
                TaskSpec spec = graph.spec(i);
                TaskEntry twin = twin(spec, keys);
                if (twin == null) {
                    twin = draft(session, spec);
                    isNew[i] = true;
                    fresh++;
                    durable |= !twin.kind.isVolatile;
                    TaskEntry made = twin;
                    spec.idempotencyKey().ifPresent(key -> keys.put(key, made));
                }
                entries[i] = twin;
            }
            for (int i = 0; i < entries.length; i++) {
                if (isNew[i]) {
                    entries[i].before = before(i);
                }
            }
            long position = durable ? store() : 0;
            table.reserve(fresh);
            for (int i = 0; i < entries.length; i++) {
                if (isNew[i]) {
                    add(entries[i]);
                } else {
                    position = Math.max(position, entries[i].position);
                }
            }
            submission.accepted(entries, position);
            await(submission);
        }

        private @Nullable TaskEntry twin(TaskSpec spec, Map<String, TaskEntry> keys) {
            if (spec.idempotencyKey().isEmpty()) {
                return null;
            }
            String key = spec.idempotencyKey().get();
            TaskEntry here = keys.get(key);
            if (here != null) {
                return here;
            }
            TaskEntry live = session.keys.get(key);
            if (live != null) {
                return live;
            }
            return history.findKey(session.id, key)
                    .flatMap(history::find)
                    .map(TaskLife.this::ghost)
                    .orElse(null);
        }

        private TaskEntry[] before(int place) {
            TaskGraph.Node node = graph.node(place);
            List<Dependency> outside = graph.spec(place).dependencies();
            if (node == null && outside.isEmpty()) {
                int[] inside = graph.before(place);
                TaskEntry[] all = new TaskEntry[inside.length];
                for (int i = 0; i < inside.length; i++) {
                    all[i] = entries[inside[i]];
                }
                checkLasting(entries[place], all);
                return all;
            }
            Map<TaskEntry, Boolean> anyEnd = new LinkedHashMap<>();
            for (Dependency one : outside) {
                note(anyEnd, parent(session, one), one.condition());
            }
            for (int inside : graph.before(place)) {
                note(anyEnd, entries[inside], Dependency.Condition.SUCCESS);
            }
            if (node != null) {
                node.after().forEach((name, how) -> note(anyEnd, entries[graph.place(name)], how));
            }
            return taken(entries[place], anyEnd);
        }

        private long store() {
            try {
                log.graphBegun(fresh);
                for (int i = 0; i < entries.length; i++) {
                    if (isNew[i] && !entries[i].kind.isVolatile) {
                        log.submitted(entries[i], null, true);
                    }
                }
                long position = log.graphComplete(fresh);
                for (int i = 0; i < entries.length; i++) {
                    if (isNew[i] && !entries[i].kind.isVolatile) {
                        entries[i].position = position;
                    }
                }
                return position;
            } catch (JournalException full) {
                throw unstored(full);
            }
        }
    }

    private TaskEntry draft(SessionState session, TaskSpec spec) {
        world.ids().next();
        return draft(session, spec, world.ids().high(), world.ids().low());
    }

    private TaskEntry draft(SessionState session, TaskSpec spec, long high, long low) {
        TaskKind kind = matching.kind(session, spec.base());
        TaskEntry entry = new TaskEntry(high, low, kind, spec.input(), epochNanos());
        if (!spec.labels().isEmpty()
                || spec.idempotencyKey().isPresent()
                || spec.traceParent().isPresent()) {
            TaskEntry.Rare rare = entry.rare();
            rare.labels = spec.labels();
            rare.key = spec.idempotencyKey();
            rare.trace = spec.traceParent();
        }
        TaskSpec shape = kind.spec;
        if (shape.recurrence().isPresent()) {
            first(entry, shape.recurrence().get(), spec);
        } else if (!shape.delay().isZero() || shape.notBefore().isPresent()) {
            // The turn may have begun before the submission, and a delay counts from that.
            long reading = times.now();
            Instant now = times.wall(reading);
            Instant until = now.plus(shape.delay());
            if (shape.notBefore().isPresent() && shape.notBefore().get().isAfter(until)) {
                until = shape.notBefore().get();
            }
            if (until.isAfter(now)) {
                waitFor(entry, until, reading + nanos(Duration.between(now, until)));
            }
        }
        return entry;
    }

    private void first(TaskEntry entry, Recurrence recurrence, TaskSpec spec) {
        if (!spec.dependencies().isEmpty()) {
            throw RefusedException.invalid(
                    "a task that comes again cannot wait for others; submit it without"
                            + " dependencies");
        }
        try {
            Recurrences.check(recurrence);
        } catch (IllegalArgumentException wrong) {
            throw RefusedException.invalid(String.valueOf(wrong.getMessage()));
        }
        Instant now = instant();
        Instant from = now.plus(spec.delay());
        if (spec.notBefore().isPresent() && spec.notBefore().get().isAfter(from)) {
            from = spec.notBefore().get();
        }
        Instant due =
                Recurrences.next(recurrence, from)
                        .orElseThrow(
                                () ->
                                        RefusedException.invalid(
                                                "the recurrence names no time that comes"));
        waitFor(entry, due, turnNanos + nanos(Duration.between(now, due)));
    }

    /** Until it is in line, the field for that holds the end of its wait. */
    private void waitFor(TaskEntry entry, Instant until, long untilNanos) {
        entry.rare().until = until;
        entry.readyNanos = untilNanos;
    }

    private static long nanos(Duration duration) {
        if (duration.isNegative()) {
            return 0;
        }
        long most = Long.MAX_VALUE / 4;
        return duration.toSeconds() >= most / 1_000_000_000L ? most : duration.toNanos();
    }

    // ---- those before ----

    private TaskEntry[] parents(
            SessionState session, TaskEntry entry, List<Dependency> dependencies) {
        if (dependencies.isEmpty()) {
            return entry.before;
        }
        Map<TaskEntry, Boolean> anyEnd = new LinkedHashMap<>();
        for (Dependency one : dependencies) {
            note(anyEnd, parent(session, one), one.condition());
        }
        return taken(entry, anyEnd);
    }

    /** Named twice, the stricter wish counts. */
    private static void note(
            Map<TaskEntry, Boolean> anyEnd, TaskEntry parent, Dependency.Condition how) {
        anyEnd.merge(parent, how == Dependency.Condition.ANY_END, Boolean::logicalAnd);
    }

    private TaskEntry[] taken(TaskEntry entry, Map<TaskEntry, Boolean> anyEnd) {
        TaskEntry[] all = anyEnd.keySet().toArray(new TaskEntry[0]);
        checkLasting(entry, all);
        if (anyEnd.containsValue(true)) {
            boolean[] flags = new boolean[all.length];
            for (int i = 0; i < all.length; i++) {
                flags[i] = Boolean.TRUE.equals(anyEnd.get(all[i]));
            }
            entry.rare().anyEnd = flags;
        }
        return all;
    }

    private static void checkLasting(TaskEntry entry, TaskEntry[] before) {
        if (entry.kind.isVolatile) {
            return;
        }
        for (TaskEntry one : before) {
            if (one.kind.isVolatile) {
                throw RefusedException.invalid(
                        "a task that outlives the node cannot wait for the volatile task '"
                                + one.id()
                                + "'; make both volatile, or neither");
            }
        }
    }

    private TaskEntry parent(SessionState session, Dependency dependency) {
        TaskId id = dependency.task();
        TaskEntry live = table.get(id);
        if (live != null && live.kind.session == session) {
            return live;
        }
        return history.find(id)
                .filter(past -> past.task().session().equals(session.id))
                .map(this::ghost)
                .orElseThrow(
                        () ->
                                RefusedException.notFound(
                                        "there is no task '"
                                                + id
                                                + "' in this session to wait for"));
    }

    /** A task that has ended and is known from the history only, to be waited for or named. */
    private TaskEntry ghost(HistoryStore.Finished past) {
        TaskSnapshot task = past.task();
        TaskKind kind = matching.kind(matching.session(task.session()), task.spec().base());
        TaskEntry ghost =
                new TaskEntry(
                        task.id().high(),
                        task.id().low(),
                        kind,
                        task.spec().input(),
                        TaskEntry.epochNanos(task.submittedAt()));
        ghost.phase = Phase.ENDED;
        ghost.settled = true;
        ghost.end = (TaskState.Ended) task.state();
        return ghost;
    }

    // ---- among all tasks ----

    /** Makes a task known; what is stored for it has been appended. */
    void add(TaskEntry entry) {
        table.put(entry);
        entry.number = ++lastNumber;
        entry.older = newest;
        if (newest == null) {
            oldest = entry;
        } else {
            newest.newer = entry;
        }
        newest = entry;
        TaskKind kind = entry.kind;
        kind.live++;
        kind.session.live++;
        byPhase[entry.phase.code]++;
        if (!entry.ended()) {
            kind.session.unfinished++;
            unfinished++;
        }
        submitted++;
        if (entry.rare != null && entry.rare.key.isPresent()) {
            kind.session.keys.put(entry.rare.key.get(), entry);
        }
        if (!kind.named.isEmpty() && !entry.ended()) {
            kind.members.add(entry);
            for (AgentId agent : kind.named) {
                naming.computeIfAbsent(agent, id -> new LinkedHashSet<>()).add(kind);
                doubted.add(agent);
            }
        }
    }

    /** Forgets an ended task that is remembered elsewhere, or long enough. */
    void forget(TaskEntry entry) {
        if (!table.remove(entry)) {
            return;
        }
        if (!entry.kind.isVolatile) {
            awaitingHistory--;
        }
        if (cursor == entry) {
            cursor = entry.newer;
        }
        if (entry.older == null) {
            oldest = entry.newer;
        } else {
            entry.older.newer = entry.newer;
        }
        if (entry.newer == null) {
            newest = entry.older;
        } else {
            entry.newer.older = entry.older;
        }
        entry.older = null;
        entry.newer = null;
        entry.before = TaskEntry.NOBODY;
        byPhase[entry.phase.code]--;
        SessionState session = entry.kind.session;
        entry.kind.live--;
        session.live--;
        if (entry.rare != null && entry.rare.key.isPresent()) {
            session.keys.remove(entry.rare.key.get(), entry);
        }
        matching.forgetIfIdle(session);
    }

    private void phase(TaskEntry entry, Phase next) {
        TaskSteps.check(entry.phase, next);
        byPhase[entry.phase.code]--;
        byPhase[next.code]++;
        entry.phase = next;
    }

    // ---- the disk ----

    /** Answers when the log has come to the waiter's position, which may be now. */
    void await(Waiter waiter) {
        if (waiter.position() <= log.journal().forced()) {
            waiter.reached();
        } else {
            waiters.add(waiter);
        }
    }

    /** Does what waited for the log, for as long as something has come far enough. */
    void settle() {
        boolean more = true;
        while (more) {
            more = false;
            for (TaskEntry entry = volatileEndings.poll();
                    entry != null;
                    entry = volatileEndings.poll()) {
                settleEnd(entry);
            }
            long forced = log.journal().forced();
            for (TaskEntry entry = endings.peek();
                    entry != null && entry.position <= forced;
                    entry = endings.peek()) {
                endings.poll();
                settleEnd(entry);
                more = true;
            }
            for (Waiter next = waiters.peek();
                    next != null && next.position() <= forced;
                    next = waiters.peek()) {
                waiters.poll();
                next.reached();
                more = true;
            }
            more |= handOver(handOvers, log.journal().written());
            more |= handOver(carefulHandOvers, forced);
        }
    }

    private boolean handOver(Deque<Attempt> line, long position) {
        boolean some = false;
        for (Attempt next = line.peek();
                next != null && next.position <= position;
                next = line.peek()) {
            line.poll();
            handOver(next);
            some = true;
        }
        return some;
    }

    /** The log can not come any further: whoever waits for it is told that nothing is known. */
    void failWaiters(String sentence) {
        for (Waiter next = waiters.poll(); next != null; next = waiters.poll()) {
            next.failed(
                    RefusedException.unavailable(
                            sentence
                                    + "; whether this was stored is not known: submit it again with"
                                    + " the same idempotency key when the scheduler is back"));
        }
    }

    // ---- in line ----

    /** It is accepted for good: on the disk, or volatile. */
    void arrive(TaskEntry entry) {
        if (entry.phase != Phase.COMING) {
            return;
        }
        phase(entry, Phase.BLOCKED);
        doubted.addAll(entry.kind.named); // They may have been looked up while it was on its way.
        boolean anyOf = entry.kind.spec.join() == Join.ANY_OF;
        TaskEntry broken = null;
        boolean satisfied = entry.before.length == 0;
        for (int i = 0; i < entry.before.length; i++) {
            TaskEntry parent = entry.before[i];
            if (parent.ended() && !entry.satisfiedBy(i)) {
                broken = parent;
            } else if (parent.ended() && parent.settled) {
                satisfied |= anyOf;
            } else {
                entry.waiting++;
                parent.addAfter(entry);
            }
        }
        boolean doomed = broken != null && (!anyOf || (entry.waiting == 0 && !satisfied));
        if (outbox.wants(TaskSubmitted.class)) {
            announceSubmitted(entry, doomed);
        }
        if (doomed) {
            end(entry, whyNot(entry, broken));
            return;
        }
        if (anyOf && satisfied) {
            entry.waiting = 0;
        }
        TaskEntry.Rare rare = entry.rare;
        if (rare != null && rare.until != null) {
            arm(entry, entry.readyNanos);
        } else if (entry.waiting == 0) {
            becomeReady(entry);
        }
    }

    /** The state that people see is the one in which it begins. */
    private void announceSubmitted(TaskEntry entry, boolean doomed) {
        boolean waits = entry.waiting > 0 || (entry.rare != null && entry.rare.until != null);
        TaskState state = waits || doomed ? entry.state(times) : new TaskState.Ready(instant());
        outbox.add(
                entry.position,
                new TaskSubmitted(
                        new TaskSnapshot(
                                entry.id(),
                                entry.kind.session.id,
                                entry.spec(),
                                state,
                                entry.submitted()),
                        entry.submitted()));
    }

    void becomeReady(TaskEntry entry) {
        wheel.cancel(entry);
        phase(entry, Phase.READY);
        entry.readyNanos = turnNanos;
        if (!entry.paused) {
            matching.enqueue(entry);
        }
        armQueueTimer(entry);
    }

    private void armQueueTimer(TaskEntry entry) {
        long limit = entry.kind.queueTimeoutNanos;
        if (limit > 0 && entry.attempts == 0) {
            arm(entry, entry.readyNanos + limit);
        }
    }

    // ---- time ----

    /** A timer fired. */
    void due(TimerNode timer) {
        if (timer instanceof TaskEntry entry) {
            due(entry);
        } else if (timer instanceof AgentView view) {
            view.refused = false;
            matching.placeChanged(view);
        } else if (timer instanceof Silence silence) {
            Attempt attempt = silence.attempt;
            if (attempt.open) {
                stop(
                        attempt,
                        Attempt.Stop.SILENT,
                        "it gave no sign of life for the "
                                + Words.of(
                                        attempt.entry
                                                .kind
                                                .spec
                                                .heartbeatTimeout()
                                                .orElse(Duration.ZERO))
                                + " that it may be silent");
            }
        }
    }

    /** Watches for signs of life. */
    private static final class Silence extends TimerNode {
        private final Attempt attempt;

        Silence(Attempt attempt) {
            this.attempt = attempt;
        }
    }

    private void due(TaskEntry entry) {
        switch (entry.phase) {
            case BLOCKED -> timeCame(entry);
            case READY ->
                    end(
                            entry,
                            new TaskState.TimedOut(
                                    instant(),
                                    "no agent took it within the "
                                            + Words.of(
                                                    Duration.ofNanos(entry.kind.queueTimeoutNanos))
                                            + " that it may wait"));
            case RUNNING -> {
                Attempt attempt = entry.attempt;
                if (attempt != null) {
                    attemptIsDue(attempt);
                }
            }
            case RETRY_WAIT -> retryCame(entry);
            default -> LOG.debug("a timer of task {} fired for nothing", entry.id());
        }
    }

    private void timeCame(TaskEntry entry) {
        TaskEntry.Rare rare = entry.rare();
        Optional<Recurrence> recurrence = entry.kind.spec.recurrence();
        if (recurrence.isPresent() && !rare.hasSuccessor && !comesAgain(entry, recurrence.get())) {
            return;
        }
        rare.until = null;
        rare.previous = null;
        if (entry.waiting == 0) {
            becomeReady(entry);
        }
    }

    /** {@return whether this time counts; the next one has been arranged for} */
    private boolean comesAgain(TaskEntry entry, Recurrence recurrence) {
        TaskEntry.Rare rare = entry.rare();
        Instant due = rare.until == null ? instant() : rare.until;
        Instant now = instant();
        Recurrence.Misfire misfire = recurrence.misfire();
        boolean all = misfire == Recurrence.Misfire.FIRE_ALL;
        Optional<Instant> next =
                all && !due.plus(MAKES_UP_FOR).isBefore(now)
                        ? Recurrences.next(recurrence, due)
                        : Recurrences.next(recurrence, due, now);
        TaskEntry previous = rare.previous;
        boolean stillWaits =
                previous != null
                        && !previous.ended()
                        && previous.phase != Phase.RUNNING
                        && previous.phase != Phase.RETRY_WAIT;
        boolean missed = due.plus(LATE).isBefore(now);
        boolean leaveOut = (stillWaits && !all) || (missed && misfire == Recurrence.Misfire.SKIP);
        try {
            if (leaveOut && next.isPresent()) {
                if (!entry.kind.isVolatile) {
                    log.rescheduled(entry, next.get());
                }
                waitFor(entry, next.get(), turnNanos + nanos(Duration.between(now, next.get())));
                arm(entry, entry.readyNanos);
                return false;
            }
            if (next.isPresent()) {
                successor(entry, next.get(), now);
            }
            return !leaveOut || next.isPresent();
        } catch (JournalException full) {
            arm(entry, turnNanos + FULL_DISK_PAUSE);
            return false;
        }
    }

    private void successor(TaskEntry entry, Instant due, Instant now) {
        world.ids().next();
        TaskEntry next =
                new TaskEntry(
                        world.ids().high(),
                        world.ids().low(),
                        entry.kind,
                        entry.input,
                        TaskEntry.epochNanos(now));
        TaskEntry.Rare rare = next.rare();
        rare.labels = entry.rare().labels;
        rare.trace = entry.rare().trace;
        rare.previous = entry;
        waitFor(next, due, turnNanos + nanos(Duration.between(now, due)));
        if (!entry.kind.isVolatile) {
            log.submitted(next, entry, false);
        }
        entry.rare().hasSuccessor = true;
        add(next);
        await(new Arrival(next));
    }

    /** A task that nobody waits for becomes known when it is on the disk. */
    private final class Arrival implements Waiter {
        private final TaskEntry entry;

        Arrival(TaskEntry entry) {
            this.entry = entry;
        }

        @Override
        public long position() {
            return entry.position;
        }

        @Override
        public void reached() {
            arrive(entry);
        }

        @Override
        public void failed(RuntimeException why) {
            // The log is read anew before anything goes on, and says whether it is there.
        }
    }

    private void retryCame(TaskEntry entry) {
        RetryBudget budget = budget(entry.kind.dependency);
        if (entry.rare().lastFailure != null && !budget.tryRetry(turnNanos)) {
            long free = budget.freeAt(turnNanos);
            arm(entry, free == Long.MAX_VALUE ? turnNanos + BUDGET_PAUSE : free);
            return;
        }
        entry.rare().until = null;
        becomeReady(entry);
    }

    RetryBudget budget(String dependency) {
        return budgets.of(dependency, turnNanos);
    }

    // ---- starting ----

    /** Starts what can start, at most so many. */
    void dispatch(int most) {
        if (!starts()) {
            return;
        }
        matching.passTime(turnNanos);
        for (int i = 0; i < most; i++) {
            Matching.Pick pick = matching.pick(turnNanos);
            if (pick == null) {
                return;
            }
            start(pick.entry(), pick.view());
        }
    }

    private void start(TaskEntry entry, AgentView view) {
        wheel.cancel(entry);
        Attempt attempt = new Attempt(engine, entry, view, entry.attempts + 1, nextFence());
        if (!entry.kind.isVolatile) {
            try {
                attempt.began(turnNanos, instant());
                attempt.position = log.started(attempt, instant());
            } catch (JournalException full) {
                matching.takeBack(entry, view);
                matching.putBack(entry);
                armQueueTimer(entry);
                refuse(view);
                return;
            }
        }
        phase(entry, Phase.RUNNING);
        entry.attempts++;
        entry.attempt = attempt;
        if (entry.kind.isVolatile) {
            handOver(attempt);
        } else if (entry.kind.atMostOnce) {
            carefulHandOvers.add(attempt);
        } else {
            handOvers.add(attempt);
        }
    }

    private void handOver(Attempt attempt) {
        TaskEntry entry = attempt.entry;
        if (entry.attempt != attempt || entry.phase != Phase.RUNNING) {
            return;
        }
        if (attempt.stop != null) {
            attempt.open = false;
            entry.attempt = null;
            matching.giveBack(entry, attempt.view);
            end(entry, new TaskState.Cancelled(instant(), reason(attempt)));
            return;
        }
        Optional<TaskExecution> execution;
        attempt.began(turnNanos, instant());
        FailPoint.reach("K5-start-recorded-not-handed-over");
        try {
            execution = agents.tryExecute(attempt.view.id(), attempt);
        } catch (RuntimeException | LinkageError bug) {
            LOG.error("agent {} could not be given task {}", attempt.view.id(), entry.id(), bug);
            execution = Optional.empty();
        }
        if (execution.isEmpty()) {
            takeBack(attempt);
            return;
        }
        attempt.execution = execution.get();
        attempt.handedOver = true;
        if (attempt.number == 1) {
            budget(entry.kind.dependency).attempted(turnNanos);
        }
        if (outbox.wants(TaskStarted.class)) {
            outbox.add(
                    attempt.position,
                    new TaskStarted(
                            entry.snapshot(times),
                            Duration.ofNanos(Math.max(0, turnNanos - entry.readyNanos)),
                            instant()));
        }
        engine.metrics().waited(turnNanos - entry.readyNanos);
        arm(entry, turnNanos + entry.kind.timeoutNanos);
        watch(attempt);
    }

    private void watch(Attempt attempt) {
        long silent = attempt.entry.kind.heartbeatNanos;
        if (silent > 0) {
            Silence silence = new Silence(attempt);
            attempt.silence = silence;
            arm(silence, turnNanos + silent);
        }
    }

    private void takeBack(Attempt attempt) {
        TaskEntry entry = attempt.entry;
        attempt.open = false;
        entry.attempt = null;
        entry.attempts--;
        if (!entry.kind.isVolatile) {
            recorded(entry, () -> log.notStarted(entry));
        }
        phase(entry, Phase.READY);
        matching.takeBack(entry, attempt.view);
        if (entry.paused) {
            return;
        }
        matching.putBack(entry);
        armQueueTimer(entry);
        refuse(attempt.view);
        doubted.addAll(entry.kind.named);
    }

    private void refuse(AgentView view) {
        view.refused = true;
        matching.placeChanged(view);
        arm(view, turnNanos + REFUSAL_PAUSE.toNanos());
    }

    // ---- stopping an attempt ----

    private void attemptIsDue(Attempt attempt) {
        TaskEntry entry = attempt.entry;
        if (attempt.stop == null) {
            stop(
                    attempt,
                    Attempt.Stop.TIMED_OUT,
                    "it ran longer than the "
                            + Words.of(entry.kind.spec.timeout())
                            + " that it may");
        } else if (!attempt.interrupted) {
            attempt.interrupted = true;
            request(attempt, TaskExecution::interrupt);
            arm(entry, turnNanos + settings.waits().cancelGrace().toNanos());
        } else {
            abandon(attempt);
        }
    }

    /** The first reason to stop counts; a second changes nothing. */
    private void stop(Attempt attempt, Attempt.Stop why, String reason) {
        if (attempt.stop != null) {
            return;
        }
        attempt.stop = why;
        attempt.stopReason = reason;
        if (attempt.handedOver) {
            request(attempt, TaskExecution::cancel);
            arm(attempt.entry, turnNanos + settings.waits().cancelGrace().toNanos());
        }
    }

    private static void request(Attempt attempt, java.util.function.Consumer<TaskExecution> what) {
        TaskExecution execution = attempt.execution;
        if (execution == null) {
            return;
        }
        try {
            what.accept(execution);
        } catch (RuntimeException bug) {
            LOG.error("an agent's execution failed on a request to stop", bug);
        }
    }

    private void abandon(Attempt attempt) {
        Duration ran = ran(attempt);
        TaskOutcome given =
                attempt.stop == Attempt.Stop.CANCELLED
                        ? new TaskOutcome.Cancelled(ran, reason(attempt))
                        : new TaskOutcome.Failed(
                                ran, AgentFailure.of(AgentFailure.Code.TIMED_OUT, reason(attempt)));
        attempt.abandonedWith = given;
        LOG.warn("task {} does not stop and is abandoned", attempt.entry.id());
        finish(attempt, given);
        request(attempt, execution -> execution.abandon(given));
    }

    private static String reason(Attempt attempt) {
        String reason = attempt.stopReason;
        return reason != null ? reason : TaskEngine.STOPPED;
    }

    // ---- the end of an attempt ----

    /** An agent says how it ended; accepted only of the attempt that runs. */
    void completed(Attempt attempt, TaskOutcome outcome) {
        if (!attempt.open || attempt.entry.attempt != attempt) {
            if (outcome != attempt.abandonedWith) {
                refusedCompletions++;
                LOG.info(
                        "a late completion of task {} with fence {} is refused",
                        attempt.entry.id(),
                        attempt.fence);
            }
            return;
        }
        if (closed) {
            return; // The execution keeps it for the next scheduler.
        }
        finish(attempt, outcome);
    }

    private Duration ran(Attempt attempt) {
        return Duration.ofNanos(Math.max(0, turnNanos - attempt.startedNanos));
    }

    private void finish(Attempt attempt, TaskOutcome outcome) {
        TaskEntry entry = attempt.entry;
        wheel.cancel(entry);
        if (attempt.silence != null) {
            wheel.cancel(attempt.silence);
        }
        attempt.open = false;
        long ran = Math.max(0, turnNanos - attempt.startedNanos);
        engine.metrics().ran(ran);
        matching.giveBack(entry, attempt.view);
        if (outcome instanceof TaskOutcome.Succeeded large
                && !entry.kind.isVolatile
                && !log.takes(large.output())) {
            failed(
                    entry,
                    AgentFailure.of(
                            AgentFailure.Code.LIMIT,
                            "its output of "
                                    + large.output().text().length()
                                    + " characters is larger than the task log takes"));
        } else if (outcome instanceof TaskOutcome.Succeeded succeeded) {
            end(entry, new TaskState.Succeeded(instant(), succeeded.output()));
        } else if (attempt.stop == Attempt.Stop.CANCELLED) {
            end(entry, new TaskState.Cancelled(instant(), reason(attempt)));
        } else if (attempt.stop == Attempt.Stop.TIMED_OUT) {
            end(entry, new TaskState.TimedOut(instant(), reason(attempt)));
        } else if (attempt.stop == Attempt.Stop.SILENT) {
            silent(entry, attempt);
        } else if (outcome instanceof TaskOutcome.Cancelled cancelled) {
            end(entry, new TaskState.Cancelled(instant(), cancelled.reason()));
        } else if (outcome instanceof TaskOutcome.Failed failed) {
            failed(entry, failed.failure());
        }
    }

    /** Whether a silent attempt took effect is not known; only what may run twice runs again. */
    private void silent(TaskEntry entry, Attempt attempt) {
        if (entry.kind.atMostOnce) {
            end(
                    entry,
                    new TaskState.Unknown(
                            instant(),
                            reason(attempt)
                                    + ", and it was to run at most once; look whether it took"
                                    + " effect"));
        } else {
            failed(entry, AgentFailure.of(AgentFailure.Code.TIMED_OUT, reason(attempt)));
        }
    }

    private void failed(TaskEntry entry, AgentFailure failure) {
        if (entry.rare != null && entry.rare.cancelReason != null) {
            end(entry, new TaskState.Cancelled(instant(), entry.rare.cancelReason));
            return;
        }
        if (entry.kind.atMostOnce
                || !failure.retryable()
                || entry.attempts - entry.crashes >= entry.kind.retry.attempts()) {
            end(entry, new TaskState.Failed(instant(), failure));
            return;
        }
        Attempt attempt = entry.attempt;
        Duration delay = delay(entry, failure);
        // A turn may have begun before the failure: counted from there, the retry would be early.
        long now = times.now();
        TaskEntry.Rare rare = entry.rare();
        rare.lastFailure = failure;
        rare.until = times.wall(now).plus(delay);
        phase(entry, Phase.RETRY_WAIT);
        entry.attempt = null;
        FailPoint.reach("K10-retry-scheduling");
        if (!entry.kind.isVolatile) {
            Instant until = rare.until;
            recorded(entry, () -> log.attemptFailed(entry, failure, until));
        }
        release(attempt);
        if (outbox.wants(TaskAttemptFailed.class)) {
            outbox.add(
                    entry.position,
                    new TaskAttemptFailed(entry.snapshot(times), failure, instant()));
        }
        arm(entry, now + delay.toNanos());
        doubted.addAll(entry.kind.named);
    }

    /** The execution may forget its outcome once the log has it. */
    private void release(@Nullable Attempt attempt) {
        if (attempt == null || attempt.execution == null) {
            return;
        }
        TaskExecution execution = attempt.execution;
        long position = attempt.entry.position;
        if (attempt.entry.kind.isVolatile || position <= log.journal().forced()) {
            execution.release();
        } else {
            waiters.add(new Release(position, execution));
        }
    }

    private record Release(long position, TaskExecution execution) implements Waiter {
        @Override
        public void reached() {
            execution.release();
        }

        @Override
        public void failed(RuntimeException why) {
            // It keeps its outcome for whoever reads the log next.
        }
    }

    /** Full jitter or none, but never sooner than the other side asked for. */
    private Duration delay(TaskEntry entry, AgentFailure failure) {
        Duration ceiling =
                shorter(entry.kind.retry.ceilingAfter(Math.max(1, entry.attempts - entry.crashes)));
        Duration chosen =
                entry.kind.retry.backoff() == io.sirsi.task.RetryPolicy.Backoff.FULL_JITTER
                        ? Duration.ofNanos(world.random().nextLong(ceiling.toNanos() + 1))
                        : ceiling;
        Duration asked = shorter(failure.retryAfter().orElse(Duration.ZERO));
        return chosen.compareTo(asked) < 0 ? asked : chosen;
    }

    private static Duration shorter(Duration delay) {
        return delay.compareTo(LONGEST_DELAY) > 0 ? LONGEST_DELAY : delay;
    }

    // ---- the end of a task ----

    /** Ends a task, and at once those that cannot run without it; without recursion. */
    void end(TaskEntry first, TaskState.Ended how) {
        endOne(first, how);
        if (first.afterCount() == 0 || first.succeeded()) {
            return;
        }
        Deque<TaskEntry> work = new ArrayDeque<>();
        work.add(first);
        for (TaskEntry ended = work.poll(); ended != null; ended = work.poll()) {
            for (int i = 0; i < ended.afterCount(); i++) {
                TaskEntry child = ended.after(i);
                if (child.ended() || satisfied(child, ended)) {
                    continue;
                }
                if (child.kind.spec.join() == Join.ANY_OF) {
                    if (child.waiting == 0) {
                        continue; // Another was enough for it, and it may run by now.
                    }
                    child.waiting--;
                    if (child.waiting > 0) {
                        continue;
                    }
                }
                endOne(child, whyNot(child, ended));
                work.add(child);
            }
        }
    }

    private static boolean satisfied(TaskEntry child, TaskEntry parent) {
        if (parent.succeeded()) {
            return true;
        }
        for (int i = 0; i < child.before.length; i++) {
            if (child.before[i] == parent) {
                return child.satisfiedBy(i);
            }
        }
        return true;
    }

    private TaskState.Cancelled whyNot(TaskEntry child, @Nullable TaskEntry parent) {
        child.skipped = child.kind.spec.onParentFailure() == ParentFailure.SKIP;
        return new TaskState.Cancelled(
                instant(),
                (child.skipped ? "skipped: " : "")
                        + "the task '"
                        + (parent == null ? "" : parent.id())
                        + "' before it ended as "
                        + (parent == null ? "" : parent.end().name()));
    }

    private void endOne(TaskEntry entry, TaskState.Ended how) {
        if (entry.ended()) {
            return;
        }
        wheel.cancel(entry);
        if (entry.phase == Phase.READY && !entry.paused) {
            matching.dequeue(entry);
        }
        phase(entry, Phase.ENDED);
        entry.end = how;
        TaskKind kind = entry.kind;
        if (!kind.named.isEmpty()) {
            kind.members.remove(entry);
            if (kind.members.isEmpty()) {
                for (AgentId agent : kind.named) {
                    Set<TaskKind> others = naming.get(agent);
                    if (others != null && others.remove(kind) && others.isEmpty()) {
                        naming.remove(agent);
                    }
                }
            }
        }
        if (kind.isVolatile) {
            volatileEndings.add(entry);
        } else {
            recordEnd(entry);
        }
    }

    private void recordEnd(TaskEntry entry) {
        if (entry.attempt != null) {
            entry.rare().ran = ran(entry.attempt);
        }
        recorded(entry, () -> log.ended(entry, entry.end()));
        endings.add(entry);
        FailPoint.reach("K9-end-recorded-not-released");
    }

    /**
     * Appends from the reserve; where even that is used up, nothing is known to the disk: the
     * engine stops, and what the executions know is told to the next one.
     */
    private void recorded(TaskEntry entry, java.util.function.LongSupplier append) {
        try {
            long unused = append.getAsLong();
        } catch (JournalException out) {
            LOG.error("task {} cannot be recorded: {}", entry.id(), out.getMessage());
            engine.lost(out.getMessage());
            entry.position = Long.MAX_VALUE;
        }
    }

    /** The end is on the disk, or need not be: those after it may go on, and all may know. */
    private void settleEnd(TaskEntry entry) {
        entry.settled = true;
        unfinished--;
        entry.kind.session.unfinished--;
        TaskState.Ended how = entry.end();
        ends.count(how);
        if (entry.afterCount() > 0) {
            FailPoint.reach("K11-children-release");
            for (int i = 0; i < entry.afterCount(); i++) {
                TaskEntry child = entry.after(i);
                if (child.phase == Phase.BLOCKED && satisfied(child, entry)) {
                    unblock(child);
                }
            }
        }
        entry.forgetAfter();
        Attempt attempt = entry.attempt;
        entry.attempt = null;
        if (attempt != null && attempt.execution != null) {
            attempt.execution.release();
        }
        if (outbox.wants(TaskFinished.class)) {
            outbox.add(
                    entry.kind.isVolatile ? 0 : entry.position,
                    new TaskFinished(
                            entry.snapshot(times),
                            attempt == null ? Duration.ZERO : lastRan(entry, attempt),
                            how.at()));
        }
        if (entry.kind.isVolatile) {
            remember(entry);
        } else {
            finished.add(entry);
            awaitingHistory++;
        }
    }

    /** {@return whether tasks may start} */
    boolean starts() {
        return !closed && standstill().isEmpty();
    }

    /**
     * {@return why nothing is started; empty if all is well} What ends faster than the history
     * takes it would fill the memory.
     */
    String standstill() {
        String why = trouble;
        if (why.isEmpty() && awaitingHistory >= mostAwaitingHistory) {
            return "no task is started for a moment: "
                    + mostAwaitingHistory
                    + " that have ended wait for the history, whose disk is slow or full";
        }
        return why;
    }

    private static Duration lastRan(TaskEntry entry, Attempt attempt) {
        Duration ran = entry.rare == null ? null : entry.rare.ran;
        return ran != null ? ran : Duration.between(attempt.startedAt(), entry.end().at()).abs();
    }

    private void unblock(TaskEntry child) {
        if (child.kind.spec.join() == Join.ANY_OF) {
            child.waiting = 0;
        } else {
            child.waiting--;
        }
        if (child.waiting == 0 && (child.rare == null || child.rare.until == null)) {
            becomeReady(child);
        }
    }

    private void remember(TaskEntry entry) {
        if (settings.rememberedVolatile() == 0) {
            forget(entry);
            return;
        }
        TaskEntry forgotten = remembered[nextRemembered];
        remembered[nextRemembered] = entry;
        nextRemembered = nextRemembered + 1 == remembered.length ? 0 : nextRemembered + 1;
        if (forgotten != null) {
            forget(forgotten);
        }
    }

    // ---- calling off, pausing ----

    /** {@return where the log will say so; the task had not ended} */
    long cancel(TaskEntry entry, String reason) {
        Attempt attempt = entry.attempt;
        if (entry.phase == Phase.RUNNING && attempt != null) {
            TaskEntry.Rare rare = entry.rare();
            if (rare.cancelReason == null) {
                // Also where it is being stopped for another reason: it must not run again.
                rare.cancelReason = reason;
                if (!entry.kind.isVolatile) {
                    recorded(entry, () -> log.stopAsked(entry, reason));
                }
                stop(attempt, Attempt.Stop.CANCELLED, reason);
            }
        } else {
            end(entry, new TaskState.Cancelled(instant(), reason));
        }
        return entry.kind.isVolatile ? 0 : entry.position;
    }

    long pause(TaskEntry entry, String by) {
        if (!entry.paused) {
            if (!entry.kind.isVolatile) {
                recorded(entry, () -> log.paused(entry, by));
            }
            if (entry.phase == Phase.READY) {
                matching.dequeue(entry);
            }
            entry.paused = true;
            entry.rare().pausedBy = by;
        }
        return entry.kind.isVolatile ? 0 : entry.position;
    }

    long resume(TaskEntry entry) {
        if (entry.paused) {
            if (!entry.kind.isVolatile) {
                recorded(entry, () -> log.paused(entry, null));
            }
            entry.paused = false;
            entry.rare().pausedBy = null;
            if (entry.phase == Phase.READY) {
                matching.putBack(entry);
            }
        }
        return entry.kind.isVolatile ? 0 : entry.position;
    }

    long pause(SessionId id, @Nullable String by) {
        SessionState session = matching.session(id);
        long position = log.paused(id, by);
        matching.pause(session, by);
        matching.forgetIfIdle(session);
        return position;
    }

    long pauseAll(@Nullable String by) {
        long position = log.allPaused(by);
        matching.pausedBy = by;
        return position;
    }

    long weigh(SessionId id, int weight) {
        SessionState session = matching.session(id);
        long position = log.weighed(id, weight);
        matching.weigh(session, weight);
        matching.forgetIfIdle(session);
        return position;
    }

    // ---- words of a running attempt ----

    void alive(Attempt attempt, String token) {
        if (!attempt.open || closed) {
            return;
        }
        if (attempt.silence != null) {
            arm(attempt.silence, turnNanos + attempt.entry.kind.heartbeatNanos);
        }
        if (!token.isEmpty()) {
            attempt.entry.rare().resumeToken = token;
            if (!attempt.entry.kind.isVolatile) {
                recorded(attempt.entry, () -> log.checkpoint(attempt.entry, token));
            }
        }
    }

    // ---- a new beginning ----

    /** Puts a task of the log where it belongs; before anything starts. */
    void restore(TaskEntry entry) {
        boolean anyOf = entry.kind.spec.join() == Join.ANY_OF;
        switch (entry.phase) {
            case COMING -> arrive(entry);
            case BLOCKED -> restoreBlocked(entry, anyOf);
            case READY -> stayReady(entry);
            case RETRY_WAIT -> {
                Instant until = entry.rare().until;
                arm(entry, until == null ? turnNanos : times.nanos(until));
            }
            case ENDED -> {
                entry.settled = true;
                ends.count(entry.end());
                finished.add(entry);
                awaitingHistory++;
            }
            default -> throw new IllegalStateException("not for a task that runs");
        }
    }

    private void restoreBlocked(TaskEntry entry, boolean anyOf) {
        TaskEntry.Rare rare = entry.rare;
        restoreWaiting(entry, anyOf);
        if (entry.ended()) {
            return;
        }
        if (rare != null && rare.until != null) {
            entry.readyNanos = times.nanos(rare.until);
            arm(entry, entry.readyNanos);
        } else if (entry.waiting == 0) {
            becomeReady(entry);
        }
    }

    private void stayReady(TaskEntry entry) {
        entry.readyNanos = turnNanos;
        if (!entry.paused) {
            matching.enqueue(entry);
        }
        armQueueTimer(entry);
    }

    private void restoreWaiting(TaskEntry entry, boolean anyOf) {
        entry.waiting = 0;
        TaskEntry broken = null;
        boolean satisfied = entry.before.length == 0;
        for (int i = 0; i < entry.before.length; i++) {
            TaskEntry parent = entry.before[i];
            if (parent.ended() && !entry.satisfiedBy(i)) {
                broken = parent;
            } else if (parent.ended() && parent.settled) {
                satisfied |= anyOf;
            } else {
                // Also one whose end this very restart wrote, and no disk has yet.
                entry.waiting++;
                parent.addAfter(entry);
            }
        }
        if (anyOf && satisfied) {
            entry.waiting = 0;
        } else if (broken != null && (!anyOf || entry.waiting == 0)) {
            end(entry, whyNot(entry, broken));
        }
    }

    /** Takes over an attempt that outlived the scheduler before. */
    void adopt(TaskEntry entry, Attempt attempt, TaskExecution execution, boolean viewKnown) {
        entry.attempt = attempt;
        attempt.execution = execution;
        attempt.handedOver = true;
        if (viewKnown) {
            matching.adopt(entry, attempt.view, turnNanos);
        } else {
            attempt.view.running++;
        }
        TaskEntry.Rare rare = entry.rare;
        long used = Math.max(0, Duration.between(attempt.startedAt(), instant()).toNanos());
        attempt.startedNanos = turnNanos - used;
        arm(entry, turnNanos + Math.max(0, entry.kind.timeoutNanos - used));
        watch(attempt);
        if (rare != null && rare.cancelReason != null) {
            stop(attempt, Attempt.Stop.CANCELLED, rare.cancelReason);
        }
    }

    /**
     * It ran when the node went down, and nothing runs it any more. If that ends it, one record
     * says so: of two, the second could be lost, and the first alone would let it run again.
     */
    void crashed(TaskEntry entry) {
        entry.crashes++;
        TaskEntry.Rare rare = entry.rare();
        Attempt attempt = entry.attempt;
        entry.attempt = null;
        if (attempt != null) {
            attempt.open = false;
        }
        if (rare.cancelReason != null) {
            end(entry, new TaskState.Cancelled(instant(), rare.cancelReason));
        } else if (entry.kind.atMostOnce) {
            end(
                    entry,
                    new TaskState.Unknown(
                            instant(),
                            "the node went down while it ran, and it was to run at most once;"
                                    + " look whether it took effect"));
        } else if (entry.crashes >= settings.quarantineAfter()) {
            end(
                    entry,
                    new TaskState.Quarantined(
                            instant(),
                            AgentFailure.gone(
                                    "the node went down "
                                            + entry.crashes
                                            + " times while it ran (quarantineAfter)")));
        } else {
            recorded(entry, () -> log.crashed(entry));
            becomeReady(entry);
        }
    }

    /** What has been prepared and not handed over is taken back; for the end. */
    void takeBackAll() {
        List<Attempt> open = new ArrayList<>(handOvers);
        open.addAll(carefulHandOvers);
        handOvers.clear();
        carefulHandOvers.clear();
        for (Attempt attempt : open) {
            if (attempt.entry.attempt == attempt && attempt.open) {
                if (attempt.stop != null) {
                    handOver(attempt); // It was called off, which ends it.
                } else {
                    recorded(attempt.entry, () -> log.notStarted(attempt.entry));
                }
            }
        }
    }

    /** {@return whether a kind of delivery is lost with this scheduler} */
    static boolean isLost(TaskEntry entry) {
        return entry.kind.spec.delivery() == Delivery.VOLATILE;
    }

    /**
     * Counts those whose end is not on the disk yet, and is not told, as what they are taken for.
     */
    void countEndings(Map<String, Long> byState) {
        for (TaskEntry entry : endings) {
            byState.merge(entry.state(times).name(), 1L, Long::sum);
        }
    }

    /** {@return what a snapshot says of no task in particular} */
    byte[][] commonRecords() {
        List<byte[]> records = new ArrayList<>();
        ByteWriter writer = new ByteWriter(256);
        writer.writeByte(TaskLog.EPOCH);
        writer.writeVarLong(epoch);
        records.add(writer.toByteArray());
        if (matching.pausedBy != null) {
            writer.clear();
            writer.writeByte(TaskLog.ALL_PAUSED);
            TaskLog.writeOptional(writer, matching.pausedBy);
            records.add(writer.toByteArray());
        }
        for (SessionState session : matching.sessions()) {
            if (session.pausedBy != null) {
                writer.clear();
                writer.writeByte(TaskLog.SESSION_PAUSED);
                writer.writeString(session.id.value());
                TaskLog.writeOptional(writer, session.pausedBy);
                records.add(writer.toByteArray());
            }
            if (session.weight != 1) {
                writer.clear();
                writer.writeByte(TaskLog.WEIGHED);
                writer.writeString(session.id.value());
                writer.writeVarInt(session.weight);
                records.add(writer.toByteArray());
            }
        }
        return records.toArray(new byte[0][]);
    }

    Payload outputOf(TaskEntry parent) {
        return parent.end() instanceof TaskState.Succeeded success
                ? success.output()
                : Payload.NONE;
    }
}
