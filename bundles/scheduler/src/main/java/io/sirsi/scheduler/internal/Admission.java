package io.sirsi.scheduler.internal;

import io.sirsi.failure.RefusedException;
import io.sirsi.journal.JournalException;
import io.sirsi.session.SessionId;
import io.sirsi.task.Dependency;
import io.sirsi.task.Recurrence;
import io.sirsi.task.TaskGraph;
import io.sirsi.task.TaskId;
import io.sirsi.task.TaskSnapshot;
import io.sirsi.task.TaskSpec;
import io.sirsi.task.TaskState;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Lets tasks in, or says what is wrong with them: everything is checked before anything is stored.
 * Guarded by the engine's baton, but for {@link #lets} and {@link #arrived}.
 */
final class Admission {

    private final TaskLife life;
    private final IdSource ids;
    private final MonotonicWall times;
    private final SchedulerSettings settings;
    private final TaskLog log;
    private final History history;
    private final Matching matching;

    /** How many volatile tasks that were let in at once have come here. */
    private long arrivedQuickly;

    private final AtomicLong shownArrived = new AtomicLong();

    /**
     * How many are unfinished, without those that were let in at once: they are counted where they
     * came in.
     */
    private final AtomicLong shownUnfinished = new AtomicLong();

    Admission(
            TaskLife life,
            TaskEngine.World world,
            SchedulerSettings settings,
            TaskEngine.Stores stores) {
        this.life = life;
        this.ids = world.ids();
        this.times = world.times();
        this.settings = settings;
        this.log = stores.log();
        this.history = stores.history();
        this.matching = stores.matching();
    }

    /** Shows other threads how it stands after a turn. */
    void endTurn() {
        shownUnfinished.lazySet(life.unfinished - arrivedQuickly);
        shownArrived.lazySet(arrivedQuickly);
    }

    /** {@return how many of those that were let in at once had come after the last turn} */
    long arrived() {
        return shownArrived.get();
    }

    /** Refuses while nothing can be accepted. */
    private void checkOpen() {
        if (life.closed) {
            throw RefusedException.unavailable(
                    "the scheduler is stopping; try again when it is back");
        }
        String why = life.trouble;
        if (!why.isEmpty()) {
            throw RefusedException.unavailable(why);
        }
    }

    private void checkRoom(int more) {
        if ((long) life.unfinished + more > settings.maxUnfinished()) {
            throw RefusedException.limit(
                    "the scheduler holds at most "
                            + settings.maxUnfinished()
                            + " unfinished tasks (maxUnfinished) and has "
                            + life.unfinished
                            + "; wait for some to end");
        }
    }

    /**
     * {@return whether one more may come at once; for any thread, and right but for a moment}
     *
     * @param letIn how many were let in before
     */
    boolean lets(long letIn) {
        return !life.closed
                && life.trouble.isEmpty()
                && shownUnfinished.get() + letIn < settings.maxUnfinished();
    }

    /** Accepts one task; the submission is answered when it is on the disk. */
    void accept(Submission submission, TaskSpec spec) {
        checkOpen();
        SessionState session = matching.session(submission.session());
        Optional<TaskEntry> twin = liveTwin(session, spec);
        if (twin.isPresent()) {
            TaskEntry earlier = twin.get();
            checkSame(spec, earlier.id(), earlier.kind.spec.type());
            submission.accepted(new TaskEntry[] {earlier}, earlier.position);
            life.await(submission);
            return;
        }
        Optional<TaskId> past =
                spec.idempotencyKey().flatMap(key -> history.findKey(session.id, key));
        if (past.isPresent()) {
            history.find(past.get())
                    .ifPresent(known -> checkSame(spec, past.get(), known.task().spec().type()));
            submission.answer(List.of(past.get()));
            return;
        }
        try {
            checkRoom(1);
            TaskEntry entry = draft(session, spec);
            entry.before = parents(session, entry, spec.dependencies());
            long position = entry.kind.isVolatile ? 0 : store(entry, null);
            life.add(entry);
            submission.accepted(new TaskEntry[] {entry}, position);
            life.await(submission);
        } finally {
            matching.forgetIfIdle(session);
        }
    }

    /** Accepts a volatile task that has been let in already, and waits for nothing. */
    void acceptVolatile(SessionId id, TaskSpec spec, long high, long low) {
        arrivedQuickly++;
        SessionState session = matching.session(id);
        if (life.closed) {
            return; // It is lost with all volatile ones.
        }
        TaskEntry entry = draft(session, spec, high, low);
        life.add(entry);
        life.arrive(entry);
    }

    /** A key that is used for something else is a mistake, not a repetition. */
    private static void checkSame(TaskSpec spec, TaskId earlier, String type) {
        if (!spec.type().equals(type)) {
            throw RefusedException.conflict(
                    "the idempotency key '"
                            + spec.idempotencyKey().orElse("")
                            + "' belongs to the task "
                            + earlier
                            + " of type '"
                            + type
                            + "' already; use another key for a task of type '"
                            + spec.type()
                            + "'");
        }
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
            life.table.reserve(fresh);
            for (int i = 0; i < entries.length; i++) {
                if (isNew[i]) {
                    life.add(entries[i]);
                } else {
                    position = Math.max(position, entries[i].position);
                }
            }
            submission.accepted(entries, position);
            life.await(submission);
        }

        private @Nullable TaskEntry twin(TaskSpec spec, Map<String, TaskEntry> keys) {
            if (spec.idempotencyKey().isEmpty()) {
                return null;
            }
            String key = spec.idempotencyKey().get();
            TaskEntry live = keys.getOrDefault(key, session.keys.get(key));
            if (live != null) {
                checkSame(spec, live.id(), live.kind.spec.type());
                return live;
            }
            return history.findKey(session.id, key)
                    .flatMap(history::find)
                    .map(Admission.this::ghost)
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
        ids.next();
        return draft(session, spec, ids.high(), ids.low());
    }

    private TaskEntry draft(SessionState session, TaskSpec spec, long high, long low) {
        TaskKind kind = matching.kind(session, spec.base());
        TaskEntry entry = new TaskEntry(high, low, kind, spec.input(), life.epochNanos());
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
                entry.waitFor(until, reading + MonotonicWall.nanos(Duration.between(now, until)));
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
        if (spec.labels().containsKey(TaskLife.SERIES)) {
            throw RefusedException.invalid(
                    "the label '"
                            + TaskLife.SERIES
                            + "' is given by the scheduler to what comes again; use another name for"
                            + " yours");
        }
        try {
            Recurrences.check(recurrence);
        } catch (IllegalArgumentException wrong) {
            throw RefusedException.invalid(String.valueOf(wrong.getMessage()));
        }
        // As above: the turn may have begun before the submission.
        long reading = times.now();
        Instant now = times.wall(reading);
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
        entry.waitFor(due, reading + MonotonicWall.nanos(Duration.between(now, due)));
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
        TaskEntry live = life.table.get(id);
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
}
