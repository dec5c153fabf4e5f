package io.sirsi.scheduler.internal;

import io.sirsi.agent.AgentFailure;
import io.sirsi.agent.AgentId;
import io.sirsi.agent.AgentRuntime;
import io.sirsi.failure.RefusedException;
import io.sirsi.journal.FailPoint;
import io.sirsi.journal.JournalException;
import io.sirsi.session.SessionId;
import io.sirsi.task.Join;
import io.sirsi.task.ParentFailure;
import io.sirsi.task.Payload;
import io.sirsi.task.Recurrence;
import io.sirsi.task.TaskFinished;
import io.sirsi.task.TaskSnapshot;
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
import java.util.function.LongSupplier;
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

    /** Times that were missed longer ago are not made up for. */
    private static final Duration MAKES_UP_FOR = Duration.ofDays(1);

    /** A time that comes later than this by the wall clock was missed, not late. */
    private static final Duration LATE = Duration.ofSeconds(1);

    /** How long a retry waits where only new attempts can make room for it. */
    private static final long BUDGET_PAUSE = Duration.ofSeconds(1).toNanos();

    /** The label of what comes again: the name of the first. Only the scheduler gives it. */
    static final String SERIES = "series";

    private static final long ANCHOR_NANOS = 1_000_000;

    /** How long a due time waits for a disk that is full. */
    private static final long FULL_DISK_PAUSE = Duration.ofSeconds(1).toNanos();

    private final TaskEngine engine;
    private final IdSource ids;
    private final MonotonicWall times;
    private final SchedulerSettings settings;
    private final TaskLog log;
    final Outbox outbox;
    final Matching matching;
    final TimerWheel wheel;
    final TaskTable table = new TaskTable();
    final Admission admission;
    final Attempts attempts;

    /** Kinds whose tasks name an agent, and agents that may be gone. */
    final Map<AgentId, Set<TaskKind>> naming = new HashMap<>();

    final Set<AgentId> doubted = new LinkedHashSet<>();

    /** What waits for a position of the log, in the order of positions. */
    private final Deque<Waiter> waiters = new ArrayDeque<>();

    private final Deque<TaskEntry> endings = new ArrayDeque<>();
    private final Deque<TaskEntry> volatileEndings = new ArrayDeque<>();

    /** Ended tasks on their way to the history; taken by the thread that feeds it. */
    final Queue<TaskEntry> finished = new ConcurrentLinkedQueue<>();

    private final @Nullable TaskEntry[] remembered;
    private int nextRemembered;

    @Nullable TaskEntry newest;
    @Nullable TaskEntry oldest;

    /** Where a snapshot that is being taken has come to. */
    @Nullable TaskEntry cursor;

    private long lastNumber;
    int unfinished;

    /** How many that have ended are not in the history yet, and how many may be. */
    private int awaitingHistory;

    int mostAwaitingHistory = 1 << 16;

    long submitted;
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
        this.ids = world.ids();
        this.times = world.times();
        this.settings = settings;
        this.log = stores.log();
        this.outbox = outbox;
        this.matching = stores.matching();
        this.wheel = new TimerWheel(times.now());
        this.remembered = new TaskEntry[Math.max(1, settings.rememberedVolatile())];
        this.turnNanos = times.now();
        this.admission = new Admission(this, world, settings, stores);
        this.attempts = new Attempts(engine, this, agents, world, settings, stores);
    }

    /** Begins a turn: time is read once for all that happens in it. */
    void beginTurn() {
        turnNanos = times.now();
        turnInstant = null;
    }

    void endTurn() {
        admission.endTurn();
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
    long epochNanos() {
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
    void arm(TimerNode node, long deadline) {
        wheel.arm(node, deadline);
        if (deadline - earliest < 0) {
            earliest = deadline;
        }
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

    void phase(TaskEntry entry, Phase next) {
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
        } else if (waiter.position() == Long.MAX_VALUE || engine.lost().isPresent()) {
            waiter.failed(unknown("the task log failed: " + engine.lost().orElse("it is closed")));
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
            more |= attempts.settle(forced);
        }
    }

    /** The log can not come any further: whoever waits for it is told that nothing is known. */
    void failWaiters(String sentence) {
        for (Waiter next = waiters.poll(); next != null; next = waiters.poll()) {
            next.failed(unknown(sentence));
        }
    }

    private static RefusedException unknown(String sentence) {
        return RefusedException.unavailable(
                sentence
                        + "; whether this was stored is not known: ask for the task, or submit it"
                        + " again with the same idempotency key, when the scheduler is back");
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

    void armQueueTimer(TaskEntry entry) {
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
        } else if (timer instanceof Attempts.Silence silence) {
            attempts.wentSilent(silence.attempt);
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
                    attempts.due(attempt);
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
        Instant now = now(entry, due, recurrence);
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
                entry.waitFor(
                        next.get(),
                        turnNanos + MonotonicWall.nanos(Duration.between(now, next.get())));
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

    /**
     * {@return the time by which a recurrence goes on} A calendar goes by the wall clock, also when
     * that is set; an interval does not, so that such a jump neither doubles a time nor skips one.
     */
    private Instant now(TaskEntry entry, Instant due, Recurrence recurrence) {
        return recurrence instanceof Recurrence.Every
                ? due.plusNanos(Math.max(0, turnNanos - entry.readyNanos))
                : instant();
    }

    /** {@return the labels of the next of a series: with the name of the first} */
    private static Map<String, String> inSeries(TaskEntry entry) {
        Map<String, String> labels = entry.rare().labels;
        if (labels.containsKey(SERIES)) {
            return labels;
        }
        Map<String, String> more = new LinkedHashMap<>(labels);
        more.put(SERIES, entry.id().value());
        return Map.copyOf(more);
    }

    /** {@return the one that waits, of the series of one that has ended; null if none does} */
    @Nullable TaskEntry nextOfSeries(TaskSnapshot past) {
        String first = past.spec().labels().getOrDefault(SERIES, past.id().value());
        for (TaskEntry entry = newest; entry != null; entry = entry.older) {
            TaskEntry.Rare rare = entry.rare;
            if (rare != null
                    && rare.until != null
                    && !entry.ended()
                    && entry.kind.session.id.equals(past.session())
                    && entry.kind.spec.recurrence().isPresent()
                    && first.equals(rare.labels.get(SERIES))) {
                return entry;
            }
        }
        return null;
    }

    private void successor(TaskEntry entry, Instant due, Instant now) {
        ids.next();
        TaskEntry next =
                new TaskEntry(ids.high(), ids.low(), entry.kind, entry.input, epochNanos());
        TaskEntry.Rare rare = next.rare();
        rare.labels = inSeries(entry);
        rare.trace = entry.rare().trace;
        rare.previous = entry;
        next.waitFor(due, turnNanos + MonotonicWall.signed(Duration.between(now, due)));
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
        RetryBudget budget = attempts.budget(entry.kind.dependency);
        if (entry.rare().lastFailure != null && !budget.tryRetry(turnNanos)) {
            long free = budget.freeAt(turnNanos);
            arm(entry, free == Long.MAX_VALUE ? turnNanos + BUDGET_PAUSE : free);
            return;
        }
        entry.rare().until = null;
        becomeReady(entry);
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
            entry.rare().ran = attempts.ran(entry.attempt);
        }
        recorded(entry, () -> log.ended(entry, entry.end()));
        endings.add(entry);
        FailPoint.reach("K9-end-recorded-not-released");
    }

    /**
     * Appends from the reserve; where even that is used up, nothing is known to the disk: the
     * engine stops, and what the executions know is told to the next one.
     */
    void recorded(TaskEntry entry, LongSupplier append) {
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
                attempts.stop(attempt, Attempt.Stop.CANCELLED, reason);
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
        writer.writeVarLong(attempts.epoch());
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
