package io.sirsi.scheduler.internal;

import io.sirsi.event.Event;
import io.sirsi.session.SessionId;
import io.sirsi.task.Delivery;
import io.sirsi.task.Dependency;
import io.sirsi.task.Join;
import io.sirsi.task.ParentFailure;
import io.sirsi.task.TaskAttemptFailed;
import io.sirsi.task.TaskFinished;
import io.sirsi.task.TaskId;
import io.sirsi.task.TaskOutcome;
import io.sirsi.task.TaskQuery;
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
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Watches a scheduler from outside: what was asked and answered, what agents were given, what was
 * told on the bus, and when the node went down. It believes nothing that the scheduler counts by
 * itself, and fails with the rule that was broken.
 */
final class HistoryChecker {

    /** What must hold. */
    enum Rule {
        /** What was acknowledged is there after every restart. */
        ACKNOWLEDGED_IS_KNOWN,
        /** A task ends once, and stays as it ended. */
        ENDS_ONCE,
        /** One task for a key. */
        ONE_FOR_A_KEY,
        /**
         * No two starts have the same fence; that of a start is larger than all of the same task
         * and all of schedulers before this one.
         */
        FENCE_GROWS,
        /** Not more attempts than the policy allows, but for those that the node ended. */
        ATTEMPTS_BOUNDED,
        /** An attempt that is on record keeps its number. */
        ATTEMPTS_COUNTED,
        AT_MOST_ONCE,
        /** Only what was to run at most once may end so. */
        UNKNOWN_ONLY_AT_MOST_ONCE,
        /** Those before it have ended for good. */
        PARENTS_FIRST,
        NEVER_EARLY,
        CANCELLED_NEVER_STARTS,
        PAUSED_NEVER_STARTS,
        /** One attempt at a time, unless the one before was asked to stop. */
        ONE_AT_A_TIME,
        /** Only the attempt with the newest fence ends a task. */
        STALE_IS_REFUSED,
        LEGAL_STEPS,
        COUNTS_AGREE,
        SERIES_UNBROKEN,
        ENDS_AT_LAST,
        /** It opens, and does not fail by itself. */
        WORKS
    }

    /** A rule was broken. */
    static final class Violation extends AssertionError {
        private static final long serialVersionUID = 1L;
        final Rule rule;

        Violation(Rule rule, String sentence) {
            super(rule + ": " + sentence);
            this.rule = rule;
        }
    }

    private static final int LAST_LINES = 60;

    /** What somebody asked for, known by a label that it has. */
    final class Wish {
        private final int number;
        private final SessionId session;
        private final TaskSpec spec;
        private final long beganNanos = clock.getAsLong();
        private final @Nullable Instant until;
        private long dueNanos;
        private @Nullable List<Dependency> before;

        private Wish(SessionId session, TaskSpec spec) {
            this.number = wishes.size();
            this.session = session;
            this.spec = spec.label("wish", Integer.toString(number));
            Instant from = clock.instant().plus(spec.delay());
            if (spec.notBefore().isPresent() && spec.notBefore().get().isAfter(from)) {
                from = spec.notBefore().get();
            }
            this.until = from.isAfter(clock.instant()) ? from : null;
            this.dueNanos = due(until);
            this.before = spec.dependencies();
        }

        TaskSpec spec() {
            return spec;
        }

        private boolean isSeries() {
            return spec.recurrence().isPresent();
        }
    }

    /** What has been seen of a task. */
    private static final class Seen {
        private final TaskId id;
        private final Wish wish;
        private boolean acknowledged;
        private boolean submittedTold;
        private int starts;
        private int failuresTold;
        private int excused;
        private int attemptOnRecord;
        private boolean toldRunning;
        private boolean cancelled;
        private boolean restartedSinceStart;
        private long startedNanos;
        private ScriptedAgents.@Nullable Run last;
        private TaskState.@Nullable Ended end;
        private @Nullable Instant retryUntil;
        private long retryNanos = Long.MIN_VALUE;
        private boolean retryTold;
        private boolean lost;

        private Seen(TaskId id, Wish wish) {
            this.id = id;
            this.wish = wish;
        }

        @Override
        public String toString() {
            TaskSpec spec = wish.spec;
            return id
                    + " of wish "
                    + wish.number
                    + " in "
                    + wish.session
                    + ", "
                    + spec.delivery()
                    + ", after "
                    + wish.before
                    + " "
                    + spec.join()
                    + " "
                    + spec.onParentFailure()
                    + ", key "
                    + spec.idempotencyKey()
                    + ", "
                    + spec.recurrence()
                    + ", "
                    + spec.constraints();
        }

        private boolean isVolatile() {
            return wish.spec.delivery() == Delivery.VOLATILE;
        }
    }

    private final ManualClock clock;
    private final List<Wish> wishes = new ArrayList<>();
    private final Map<TaskId, Seen> tasks = new LinkedHashMap<>();
    private final Map<String, TaskId> keys = new HashMap<>();
    private final Map<Object, Long> orders = new HashMap<>();
    private final Set<Object> paused = new HashSet<>();
    private final List<Seen> startedChildren = new ArrayList<>();
    private final Map<TaskId, List<ScriptedAgents.Run>> alive = new HashMap<>();
    private final Deque<String> lines = new ArrayDeque<>();
    private long orderNumber;
    private final Set<Long> fences = new HashSet<>();
    private long fencesBefore;
    private long lastFence;
    private long hash = 17;
    private long restarts;

    /** Whether to keep what happened last in words. */
    boolean verbose;

    HistoryChecker(ManualClock clock) {
        this.clock = clock;
    }

    // ---- the story ----

    /** {@return a number that is the same for the same story} */
    long hash() {
        return hash;
    }

    long restarts() {
        return restarts;
    }

    int known() {
        return tasks.size();
    }

    /** {@return what happened last, if it was to be kept} */
    String story() {
        return String.join("\n", lines);
    }

    void note(String what) {
        hash = hash * 31 + what.hashCode();
        hash = hash * 31 + clock.getAsLong();
        if (verbose) {
            lines.add(clock.getAsLong() / 1_000_000 + " ms: " + what);
            if (lines.size() > LAST_LINES) {
                lines.remove();
            }
        }
    }

    private void note(String what, TaskId id, Object more) {
        hash = hash * 31 + what.hashCode();
        hash = hash * 31 + id.high();
        hash = hash * 31 + clock.getAsLong();
        if (verbose) {
            note(what + " " + id + " " + more);
        }
    }

    private static void require(boolean holds, Rule rule, String sentence, Object about) {
        if (!holds) {
            throw new Violation(rule, sentence + " (" + about + ")");
        }
    }

    private long due(@Nullable Instant until) {
        return until == null
                ? Long.MIN_VALUE
                : clock.getAsLong()
                        + Math.max(0, Duration.between(clock.instant(), until).toNanos());
    }

    // ---- what was asked and answered ----

    Wish wish(SessionId session, TaskSpec spec) {
        Wish wish = new Wish(session, spec);
        wishes.add(wish);
        return wish;
    }

    private Seen seen(TaskId id, TaskSpec spec) {
        return tasks.computeIfAbsent(
                id,
                any ->
                        new Seen(
                                id,
                                wishes.get(
                                        Integer.parseInt(
                                                spec.labels().getOrDefault("wish", "0")))));
    }

    /** A submission was answered: it is there to stay. */
    void acknowledged(TaskEngine engine, Wish wish, TaskId id) {
        Optional<String> key = wish.spec.idempotencyKey();
        note("acknowledged", id, wish.number);
        if (key.isPresent()) {
            TaskId first = keys.putIfAbsent(wish.session + "/" + key.get(), id);
            require(
                    first == null || first.equals(id),
                    Rule.ONE_FOR_A_KEY,
                    "the key '" + key.get() + "' has " + first + " and",
                    id);
        }
        Seen seen = tasks.get(id);
        if (seen == null) {
            // By its key it may be one that somebody had asked for without hearing of it.
            seen =
                    key.isEmpty()
                            ? new Seen(id, wish)
                            : seen(id, engine.find(id).map(TaskSnapshot::spec).orElse(wish.spec));
            tasks.put(id, seen);
        }
        seen.acknowledged = true;
    }

    /** A task of a graph waits for others that have no names yet. */
    void forgetBefore(Wish wish) {
        wish.before = null;
    }

    /** Tasks of a graph wait for these; known since it was acknowledged. */
    void waitsFor(Wish wish, List<Dependency> before) {
        wish.before = before;
    }

    void cancelled(TaskId id) {
        note("cancelled", id, "");
        Seen seen = tasks.get(id);
        if (seen != null) {
            seen.cancelled = true;
        }
    }

    /**
     * An order to pause, or to go on, is given; what holds is open until it is answered.
     *
     * @return its number
     */
    long ordered(Object whom) {
        paused.remove(whom);
        orders.put(whom, ++orderNumber);
        return orderNumber;
    }

    void obeyed(Object whom, long number, boolean isPause) {
        note("paused " + isPause + " " + whom);
        if (isPause && orders.get(whom) == number) {
            paused.add(whom);
        }
    }

    // ---- what agents see ----

    void started(ScriptedAgents.Run run) {
        TaskSpec spec = run.assignment.spec();
        Seen seen = seen(run.task(), spec);
        Wish wish = seen.wish;
        TaskId id = seen.id;
        note("started", id, run.attempt());
        long now = clock.getAsLong();
        long floor = seen.last == null ? fencesBefore : Math.max(fencesBefore, seen.last.fence());
        require(
                run.fence() > floor && fences.add(run.fence()),
                Rule.FENCE_GROWS,
                run.fence() + " after " + floor + " for",
                seen);
        lastFence = Math.max(lastFence, run.fence());
        require(seen.end == null, Rule.ENDS_ONCE, "it starts after its end", id);
        require(!seen.cancelled, Rule.CANCELLED_NEVER_STARTS, "it was called off", id);
        require(
                !paused.contains(id) && !paused.contains(wish.session),
                Rule.PAUSED_NEVER_STARTS,
                "it starts while it is paused",
                seen);
        ScriptedAgents.Run last = seen.last;
        require(
                last == null
                        || wish.spec.delivery() != Delivery.AT_MOST_ONCE
                        || last.outcome().filter(TaskOutcome.Failed.class::isInstance).isPresent(),
                Rule.AT_MOST_ONCE,
                "it starts again",
                seen);
        for (ScriptedAgents.Run other : alive.getOrDefault(id, List.of())) {
            require(
                    other.outcome().isPresent() || !other.asked.isEmpty(),
                    Rule.ONE_AT_A_TIME,
                    "another attempt runs",
                    seen);
        }
        alive.computeIfAbsent(id, any -> new ArrayList<>()).add(run);
        seen.starts++;
        require(
                seen.starts - seen.excused <= wish.spec.retry().attempts(),
                Rule.ATTEMPTS_BOUNDED,
                seen.starts + " starts, " + seen.excused + " ended with the node",
                seen);
        require(
                run.attempt() > seen.attemptOnRecord,
                Rule.ATTEMPTS_COUNTED,
                "attempt " + run.attempt() + " after " + seen.attemptOnRecord,
                seen);
        require(
                wish.isSeries() || now >= wish.dueNanos,
                Rule.NEVER_EARLY,
                "it starts " + (wish.dueNanos - now) + " ns before its time",
                seen);
        require(
                now >= seen.retryNanos,
                Rule.NEVER_EARLY,
                "it is tried again " + (seen.retryNanos - now) + " ns before its time",
                seen);
        seen.retryNanos = Long.MIN_VALUE;
        seen.retryUntil = null;
        seen.retryTold = false;
        seen.last = run;
        seen.startedNanos = now;
        seen.restartedSinceStart = false;
        if (wish.before == null) {
            wish.before = spec.dependencies();
        }
        if (!wish.before.isEmpty()) {
            startedChildren.add(seen);
        }
    }

    /** An agent is about to say that its attempt failed, and when it may be tried again. */
    void failing(ScriptedAgents.Run run, Duration retryAfter) {
        Seen seen = tasks.get(run.task());
        if (seen != null && seen.last == run && run.outcome().isEmpty()) {
            seen.retryNanos = clock.getAsLong() + retryAfter.toNanos();
            seen.retryTold = false;
        }
    }

    // ---- what the bus says ----

    void heard(Event event) {
        if (event instanceof TaskSubmitted submitted) {
            Seen seen = seen(submitted.task().id(), submitted.task().spec());
            note("submitted", seen.id, "");
            require(!seen.submittedTold, Rule.LEGAL_STEPS, "it is submitted twice", seen);
            require(seen.end == null, Rule.LEGAL_STEPS, "it is submitted after its end", seen);
            seen.submittedTold = true;
        } else if (event instanceof TaskStarted started) {
            heardStarted(started);
        } else if (event instanceof TaskAttemptFailed failed) {
            heardFailed(failed);
        } else if (event instanceof TaskFinished finished) {
            heardFinished(finished);
        }
    }

    private void heardStarted(TaskStarted started) {
        Seen seen = seen(started.task().id(), started.task().spec());
        note("told started", seen.id, "");
        require(seen.end == null, Rule.LEGAL_STEPS, "it is told to start after its end", seen);
        require(!seen.toldRunning, Rule.LEGAL_STEPS, "it is told to start while it runs", seen);
        require(seen.starts > 0, Rule.LEGAL_STEPS, "no agent was given it", seen);
        seen.toldRunning = true;
        TaskState.Running running = (TaskState.Running) started.task().state();
        seen.attemptOnRecord = Math.max(seen.attemptOnRecord, running.attempt());
    }

    private void heardFailed(TaskAttemptFailed failed) {
        Seen seen = seen(failed.task().id(), failed.task().spec());
        note("told failed", seen.id, "");
        require(seen.end == null, Rule.LEGAL_STEPS, "an attempt fails after the end", seen);
        require(failed.failure().retryable(), Rule.LEGAL_STEPS, "that is no retry", seen);
        seen.toldRunning = false;
        seen.failuresTold++;
        TaskState.RetryWait wait = (TaskState.RetryWait) failed.task().state();
        seen.attemptOnRecord = Math.max(seen.attemptOnRecord, wait.attempt());
        if (seen.last != null && seen.last.attempt() == wait.attempt()) {
            seen.retryUntil = wait.until();
            seen.retryTold = true;
        }
    }

    private void heardFinished(TaskFinished finished) {
        TaskSnapshot task = finished.task();
        Seen seen = seen(task.id(), task.spec());
        note("told finished", seen.id, task.state().name());
        require(seen.end == null, Rule.ENDS_ONCE, "it ends twice", seen);
        TaskState.Ended end = (TaskState.Ended) task.state();
        seen.end = end;
        seen.toldRunning = false;
        require(
                !(end instanceof TaskState.Unknown)
                        || seen.wish.spec.delivery() == Delivery.AT_MOST_ONCE,
                Rule.UNKNOWN_ONLY_AT_MOST_ONCE,
                "it ends as unknown",
                seen);
        if (end instanceof TaskState.Succeeded succeeded) {
            ScriptedAgents.Run last = seen.last;
            require(
                    last != null && succeeded.output().text().contains("\"" + last.fence() + "\""),
                    Rule.STALE_IS_REFUSED,
                    "an attempt that does not count any more ends it with "
                            + succeeded.output().text(),
                    seen);
        }
        if (end instanceof TaskState.TimedOut) {
            checkTimedOut(seen);
        }
    }

    private void checkTimedOut(Seen seen) {
        long now = clock.getAsLong();
        if (seen.starts > 0 && !seen.restartedSinceStart) {
            require(
                    now - seen.startedNanos >= seen.wish.spec.timeout().toNanos()
                            || waitedTooLong(seen, now),
                    Rule.NEVER_EARLY,
                    "it ran out of time after " + (now - seen.startedNanos) + " ns",
                    seen);
        } else if (seen.starts == 0) {
            require(
                    waitedTooLong(seen, now),
                    Rule.NEVER_EARLY,
                    "it waited " + (now - seen.wish.beganNanos) + " ns",
                    seen);
        }
    }

    private static boolean waitedTooLong(Seen seen, long now) {
        Optional<Duration> limit = seen.wish.spec.queueTimeout();
        return limit.isPresent() && now - seen.wish.beganNanos >= limit.get().toNanos();
    }

    // ---- when the node goes down and comes back ----

    void nodeDied(boolean power) {
        note(power ? "the power is lost" : "the process dies");
        for (Seen seen : tasks.values()) {
            seen.excused = Math.max(seen.excused, seen.starts - seen.failuresTold);
        }
        alive.clear();
        interrupted();
    }

    /** It ended in an orderly way, or is about to be opened anew. */
    void schedulerStopped() {
        interrupted();
    }

    private void interrupted() {
        fencesBefore = lastFence;
        for (Seen seen : tasks.values()) {
            seen.toldRunning = false;
            seen.restartedSinceStart = true;
            seen.lost |= seen.isVolatile();
            if (!seen.retryTold) {
                seen.retryNanos = Long.MIN_VALUE;
            }
        }
    }

    /** {@return the runs that a scheduler may take over} */
    List<ScriptedAgents.Run> runsBefore(ScriptedAgents agents) {
        return agents.started.stream().filter(run -> !run.released()).toList();
    }

    /** Another scheduler has read the log. */
    void opened(TaskEngine engine, List<ScriptedAgents.Run> before) {
        note("opened");
        restarts++;
        Set<TaskId> adopted = new HashSet<>();
        for (ScriptedAgents.Run run : before) {
            if (!run.released() && run.asked.isEmpty()) {
                adopted.add(run.task());
            }
        }
        for (Seen seen : tasks.values()) {
            int own = adopted.contains(seen.id) ? 1 : 0;
            seen.excused = Math.max(seen.excused, seen.starts - seen.failuresTold - own);
            if (seen.retryTold && seen.retryNanos > clock.getAsLong()) {
                seen.retryNanos = due(seen.retryUntil);
            }
        }
        for (Wish wish : wishes) {
            if (wish.dueNanos > clock.getAsLong()) {
                // What is still to come outlives the scheduler by the wall clock only.
                wish.dueNanos = due(wish.until);
            }
        }
        checkAll(engine);
    }

    /** Looks at everything that the scheduler knows. */
    void checkAll(TaskEngine engine) {
        for (Seen seen : tasks.values()) {
            boolean mustBeKnown = (seen.acknowledged || seen.end != null) && !seen.lost;
            if (mustBeKnown && !seen.isVolatile()) {
                Optional<TaskSnapshot> found = engine.find(seen.id);
                require(found.isPresent(), Rule.ACKNOWLEDGED_IS_KNOWN, "it is gone", seen);
                require(
                        seen.end == null || seen.end.equals(found.get().state()),
                        Rule.ENDS_ONCE,
                        "it ended as " + seen.end + " and is now",
                        found.get().state());
            }
            if (seen.starts > 0 && !seen.lost) {
                checkParents(engine, seen);
            }
        }
        startedChildren.clear();
        checkCounts(engine);
    }

    private static void checkCounts(TaskEngine engine) {
        List<TaskSnapshot> all = engine.list(TaskQuery.newest(100_000));
        Map<SessionId, Integer> unfinished = new HashMap<>();
        Map<String, Long> byState = new HashMap<>();
        Map<String, TaskId> keys = new HashMap<>();
        Map<String, Integer> waitingOfSeries = new HashMap<>();
        for (TaskSnapshot task : all) {
            if (!task.state().isFinal()) {
                unfinished.merge(task.session(), 1, Integer::sum);
                byState.merge(task.state().name(), 1L, Long::sum);
            }
            if (task.state() instanceof TaskState.Blocked && task.spec().recurrence().isPresent()) {
                waitingOfSeries.merge(
                        task.spec().labels().getOrDefault("wish", ""), 1, Integer::sum);
            }
            task.spec()
                    .idempotencyKey()
                    .ifPresent(
                            key ->
                                    require(
                                            keys.put(task.session() + "/" + key, task.id()) == null,
                                            Rule.ONE_FOR_A_KEY,
                                            "the key '" + key + "' has two",
                                            task.id()));
        }
        waitingOfSeries.forEach(
                (wish, count) ->
                        require(count == 1, Rule.SERIES_UNBROKEN, "it has two next ones", wish));
        long coming = engine.life().byPhase[Phase.COMING.code];
        if (coming > 0) {
            return; // Not for others to see yet, but counted.
        }
        for (SessionId session : List.of(Bench.SESSION, Bench.OTHER)) {
            require(
                    engine.unfinished(session) == unfinished.getOrDefault(session, 0),
                    Rule.COUNTS_AGREE,
                    engine.unfinished(session) + " unfinished tasks are counted, and there are",
                    unfinished);
        }
        Map<String, Long> counted = engine.stats().byState();
        long sum = 0;
        for (String state : TaskState.UNFINISHED) {
            sum += counted.getOrDefault(state, 0L);
        }
        require(
                sum == byState.values().stream().mapToLong(Long::longValue).sum(),
                Rule.COUNTS_AGREE,
                counted + " are counted, and there are",
                byState);
    }

    /** Looks at what has just begun. */
    void checkStarted(TaskEngine engine) {
        for (Seen seen : startedChildren) {
            checkParents(engine, seen);
        }
        startedChildren.clear();
    }

    private void checkParents(TaskEngine engine, Seen seen) {
        List<Dependency> before = seen.wish.before;
        if (before == null || before.isEmpty() || seen.isVolatile()) {
            return;
        }
        boolean anyOf = seen.wish.spec.join() == Join.ANY_OF;
        boolean some = false;
        for (Dependency one : before) {
            TaskState state =
                    engine.find(one.task())
                            .map(TaskSnapshot::state)
                            .orElseThrow(
                                    () ->
                                            new Violation(
                                                    Rule.PARENTS_FIRST,
                                                    seen.id + " ran, " + one + " is not known"));
            boolean fits =
                    state.isFinal()
                            && (one.condition() == Dependency.Condition.ANY_END
                                    || seen.wish.spec.onParentFailure() == ParentFailure.RUN
                                    || state instanceof TaskState.Succeeded
                                    || (state instanceof TaskState.Cancelled cancelled
                                            && cancelled.reason().startsWith("skipped")));
            some |= fits;
            require(
                    fits || anyOf,
                    Rule.PARENTS_FIRST,
                    "it started, and before it " + one.task() + " is " + state.name(),
                    seen);
        }
        require(some, Rule.PARENTS_FIRST, "it started, and none before it has ended", seen);
    }

    // ---- the end ----

    /** Nothing disturbs any more, and all had time enough: everything has ended. */
    void checkEnded(TaskEngine engine) {
        checkAll(engine);
        for (Seen seen : tasks.values()) {
            if (seen.acknowledged && !seen.lost) {
                Optional<TaskSnapshot> found = engine.find(seen.id);
                require(
                        seen.isVolatile()
                                || found.filter(task -> task.state().isFinal()).isPresent(),
                        Rule.ENDS_AT_LAST,
                        "it is still "
                                + found.map(task -> task.state().name()).orElse("?")
                                + ": "
                                + engine.explain(seen.id),
                        seen);
            }
        }
        List<TaskSnapshot> open =
                engine.list(TaskQuery.newest(100_000)).stream()
                        .filter(task -> !task.state().isFinal())
                        .toList();
        require(open.isEmpty(), Rule.ENDS_AT_LAST, "these have not ended", open);
    }
}
