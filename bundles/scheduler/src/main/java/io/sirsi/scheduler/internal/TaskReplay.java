package io.sirsi.scheduler.internal;

import io.sirsi.agent.AgentFailure;
import io.sirsi.agent.AgentId;
import io.sirsi.agent.AgentRuntime;
import io.sirsi.agent.AgentSnapshot;
import io.sirsi.agent.TaskExecution;
import io.sirsi.journal.JournalReader;
import io.sirsi.session.SessionId;
import io.sirsi.task.Payload;
import io.sirsi.task.TaskId;
import io.sirsi.task.TaskSpec;
import io.sirsi.task.TaskState;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the log: makes the tasks again as they stood, then lets an engine go on with them. A
 * snapshot is taken while tasks change, so each of its tasks says up to which position it knows the
 * log; older records of that task are passed over.
 */
final class TaskReplay implements JournalReader {

    private static final Logger LOG = LoggerFactory.getLogger(TaskReplay.class);

    /** What is known of an attempt whose end is not in the log. */
    private record Run(long fence, AgentId agent, Instant startedAt) {}

    /**
     * What was found.
     *
     * @param live tasks that have not ended
     * @param adopted attempts that outlived the scheduler
     * @param crashed attempts that ended with the node
     * @param unknown tasks that were to run at most once and ran when the node went down
     * @param tornBytes how much of an unfinished record was cut off
     */
    record Summary(int live, int adopted, int crashed, int unknown, long tornBytes) {}

    private final Matching matching;
    private final TaskTable table = new TaskTable();
    private final Map<Integer, TaskKind> kinds = new HashMap<>();
    private final Map<TaskEntry, Run> runs = new HashMap<>();
    private final Map<TaskId, TaskEntry> ghosts = new HashMap<>();
    private @Nullable TaskEntry newest;
    private @Nullable TaskEntry oldest;
    private @Nullable List<TaskEntry> graph;

    /** Whether the task that was read last belongs to a graph. */
    private boolean inGraph;

    private int lastKind;
    private long epoch;
    private long torn;

    TaskReplay(Matching matching) {
        this.matching = matching;
    }

    Matching matching() {
        return matching;
    }

    int kinds() {
        return lastKind;
    }

    /** {@return the epoch of the one who comes now} */
    long nextEpoch() {
        return epoch + 1;
    }

    @Override
    public void snapshot(ByteBuffer record) {
        read(Long.MIN_VALUE, new ByteReader(record));
    }

    @Override
    public void record(long position, ByteBuffer record) {
        read(position, new ByteReader(record));
    }

    @Override
    public void torn(long position, long bytes) {
        torn += bytes;
        LOG.warn(
                "{} bytes of an unfinished record were cut off the task log at {}",
                bytes,
                position);
    }

    private void read(long position, ByteReader from) {
        int type = from.readByte();
        if (type != TaskLog.SUBMITTED && type != TaskLog.KIND && type != TaskLog.GRAPH_COMPLETE) {
            graph = null; // Whatever follows an unfinished graph says that it was given up.
        }
        switch (type) {
            case TaskLog.KIND -> kind(from);
            case TaskLog.SUBMITTED -> submitted(position, from);
            case TaskLog.GRAPH_BEGUN -> graph = new ArrayList<>();
            case TaskLog.GRAPH_COMPLETE -> graphComplete(position);
            case TaskLog.ENTRY -> entry(from);
            case TaskLog.SESSION_PAUSED -> {
                SessionId session = new SessionId(from.readString());
                matching.pause(matching.session(session), optional(from));
            }
            case TaskLog.ALL_PAUSED -> matching.pausedBy = optional(from);
            case TaskLog.WEIGHED -> {
                SessionId session = new SessionId(from.readString());
                matching.weigh(matching.session(session), from.readVarInt());
            }
            case TaskLog.EPOCH -> epoch = Math.max(epoch, from.readVarLong());
            default -> change(type, position, from);
        }
    }

    // ---- new tasks ----

    private void kind(ByteReader from) {
        int number = from.readVarInt();
        SessionId session = new SessionId(from.readString());
        TaskSpec base = TaskCodec.readBase(from);
        TaskKind kind = matching.kind(matching.session(session), base);
        kind.live++; // Not to be forgotten while the log speaks of it.
        kinds.put(number, kind);
        kind.number = number;
        lastKind = Math.max(lastKind, number);
    }

    private void submitted(long position, ByteReader from) {
        TaskEntry entry = task(from);
        if (!inGraph) {
            graph = null; // The graph before it was given up; this one was acknowledged.
        }
        if (entry == null) {
            return;
        }
        entry.position = position;
        if (graph != null) {
            graph.add(entry);
        } else {
            add(entry);
        }
    }

    private void graphComplete(long position) {
        List<TaskEntry> whole = graph;
        graph = null;
        if (whole != null) {
            for (TaskEntry entry : whole) {
                entry.position = position;
                if (table.get(entry.high, entry.low) == null) {
                    add(entry);
                }
            }
            whole.forEach(this::resolve);
        }
    }

    /** Those of a graph may name each other in any order. */
    private void resolve(TaskEntry entry) {
        for (int i = 0; i < entry.before.length; i++) {
            TaskEntry known = table.get(entry.before[i].high, entry.before[i].low);
            if (known != null && known != entry.before[i]) {
                ghosts.remove(known.id());
                entry.before[i] = known;
            }
        }
    }

    private void add(TaskEntry entry) {
        table.put(entry);
        entry.older = newest;
        if (newest == null) {
            oldest = entry;
        } else {
            newest.newer = entry;
        }
        newest = entry;
    }

    private @Nullable TaskEntry task(ByteReader from) {
        int number = from.readVarInt();
        TaskKind kind = kinds.get(number);
        if (kind == null) {
            throw new CorruptRecordException("a task of the kind " + number + ", which is nowhere");
        }
        long high = from.readLong();
        long low = from.readLong();
        long submittedAt = from.readLong();
        int has = from.readByte();
        inGraph = (has & TaskLog.IN_GRAPH) != 0;
        Payload input = (has & TaskLog.HAS_INPUT) != 0 ? TaskCodec.readPayload(from) : Payload.NONE;
        TaskEntry entry = new TaskEntry(high, low, kind, input, submittedAt);
        entry.phase = Phase.BLOCKED;
        if ((has & TaskLog.HAS_WORDS) != 0) {
            words(entry, from);
        }
        if ((has & TaskLog.HAS_BEFORE) != 0) {
            before(entry, from);
        }
        if ((has & TaskLog.HAS_TIME) != 0) {
            entry.rare().until = from.readInstant();
        }
        if ((has & TaskLog.HAS_PREDECESSOR) != 0) {
            TaskEntry predecessor = table.get(from.readLong(), from.readLong());
            if (predecessor != null) {
                predecessor.rare().hasSuccessor = true;
                predecessor.rare().until = null;
                entry.rare().previous = predecessor;
            }
        }
        return table.get(high, low) == null ? entry : null;
    }

    private static void words(TaskEntry entry, ByteReader from) {
        TaskEntry.Rare rare = entry.rare();
        Map<String, String> labels = new TreeMap<>();
        int count = from.readCount(2);
        for (int i = 0; i < count; i++) {
            labels.put(from.readString(), from.readString());
        }
        rare.labels = Map.copyOf(labels);
        rare.key = Optional.of(from.readString()).filter(text -> !text.isEmpty());
        rare.trace = Optional.of(from.readString()).filter(text -> !text.isEmpty());
    }

    private void before(TaskEntry entry, ByteReader from) {
        int count = from.readCount(17);
        TaskEntry[] before = new TaskEntry[count];
        boolean[] anyEnd = new boolean[count];
        boolean some = false;
        for (int i = 0; i < count; i++) {
            long high = from.readLong();
            long low = from.readLong();
            int flags = from.readByte();
            anyEnd[i] = (flags & TaskLog.ANY_END) != 0;
            some |= anyEnd[i];
            TaskEntry known = table.get(high, low);
            before[i] = known != null ? known : ghost(entry, high, low, flags);
        }
        entry.before = before;
        if (some) {
            entry.rare().anyEnd = anyEnd;
        }
    }

    /** One that has ended and is not in the log any more, or comes later in it. */
    private TaskEntry ghost(TaskEntry child, long high, long low, int flags) {
        TaskEntry ghost =
                ghosts.computeIfAbsent(
                        TaskId.of(high, low),
                        id -> new TaskEntry(high, low, child.kind, Payload.NONE, 0));
        if ((flags & TaskLog.HAS_SUCCEEDED) != 0) {
            ghost.phase = Phase.ENDED;
            ghost.settled = true;
            ghost.skipped = true; // As good as a success; what came out is in the history.
        }
        return ghost;
    }

    private void entry(ByteReader from) {
        TaskEntry entry = task(from);
        if (entry == null) {
            throw new CorruptRecordException("a task that is twice in a snapshot");
        }
        entry.position = from.readLong();
        entry.phase = Phase.of(from.readByte());
        entry.attempts = (short) from.readVarInt();
        entry.crashes = (short) from.readVarInt();
        entry.skipped = from.readBoolean();
        boolean hasSuccessor = from.readBoolean();
        String pausedBy = optional(from);
        String token = optional(from);
        String cancelReason = optional(from);
        AgentFailure failure = from.readBoolean() ? TaskCodec.readFailure(from) : null;
        if (hasSuccessor
                || pausedBy != null
                || token != null
                || cancelReason != null
                || failure != null) {
            TaskEntry.Rare rare = entry.rare();
            rare.hasSuccessor = hasSuccessor;
            rare.pausedBy = pausedBy;
            rare.resumeToken = token;
            rare.cancelReason = cancelReason;
            rare.lastFailure = failure;
            entry.paused = pausedBy != null;
        }
        if (from.readBoolean()) {
            runs.put(
                    entry,
                    new Run(from.readLong(), new AgentId(from.readString()), from.readInstant()));
        }
        if (entry.ended()) {
            entry.settled = true;
            Optional<Duration> ran = from.readOptionalDuration();
            entry.end = TaskCodec.readEnded(from);
            ran.ifPresent(time -> entry.rare().ran = time);
        } else if (entry.phase == Phase.COMING) {
            entry.phase = Phase.BLOCKED;
        }
        add(entry);
    }

    // ---- what became of them ----

    private void change(int type, long position, ByteReader from) {
        long high = from.readLong();
        long low = from.readLong();
        TaskEntry entry = table.get(high, low);
        if (entry == null) {
            TaskEntry ghost = ghosts.get(TaskId.of(high, low));
            if (ghost != null && type == TaskLog.ENDED) {
                ended(ghost, from);
            }
            return; // It had ended before the snapshot came to it.
        }
        if (position <= entry.position) {
            return;
        }
        entry.position = position;
        switch (type) {
            case TaskLog.STARTED -> {
                entry.phase = Phase.RUNNING;
                entry.attempts++;
                if (entry.rare != null) {
                    entry.rare.until = null;
                }
                runs.put(
                        entry,
                        new Run(
                                from.readLong(),
                                new AgentId(from.readString()),
                                from.readInstant()));
            }
            case TaskLog.NOT_STARTED -> {
                entry.phase = Phase.READY;
                entry.attempts--;
                runs.remove(entry);
            }
            case TaskLog.ATTEMPT_FAILED -> {
                entry.phase = Phase.RETRY_WAIT;
                entry.rare().lastFailure = TaskCodec.readFailure(from);
                entry.rare().until = from.readInstant();
                runs.remove(entry);
            }
            case TaskLog.CRASHED -> {
                entry.phase = Phase.READY;
                entry.crashes++;
                runs.remove(entry);
            }
            case TaskLog.ENDED -> ended(entry, from);
            case TaskLog.STOP_ASKED -> entry.rare().cancelReason = from.readString();
            case TaskLog.TASK_PAUSED -> {
                String by = optional(from);
                entry.paused = by != null;
                entry.rare().pausedBy = by;
            }
            case TaskLog.CHECKPOINT -> entry.rare().resumeToken = from.readString();
            case TaskLog.RESCHEDULED -> entry.rare().until = from.readInstant();
            default -> throw new CorruptRecordException("a record of the unknown type " + type);
        }
    }

    private void ended(TaskEntry entry, ByteReader from) {
        entry.phase = Phase.ENDED;
        entry.skipped = from.readBoolean();
        from.readOptionalDuration().ifPresent(time -> entry.rare().ran = time);
        entry.end = TaskCodec.readEnded(from);
        entry.settled = true;
        runs.remove(entry);
    }

    private static @Nullable String optional(ByteReader from) {
        return from.readBoolean() ? from.readString() : null;
    }

    // ---- going on ----

    /** Under the baton: gives everything to an engine, which goes on with it. */
    Summary restore(
            TaskLife life,
            TaskEngine engine,
            List<TaskExecution> executions,
            AgentRuntime agents,
            History history) {
        graph = null;
        kinds.values().forEach(kind -> kind.live--);
        // A snapshot may have a child before its parent, as the graph had.
        for (TaskEntry entry = oldest; entry != null; entry = entry.newer) {
            resolve(entry);
        }
        resolveGhosts(history);
        Map<TaskId, TaskExecution> outlived = new HashMap<>();
        executions.forEach(execution -> outlived.put(execution.task(), execution));
        List<TaskEntry> all = new ArrayList<>(table.size());
        for (TaskEntry entry = oldest; entry != null; entry = entry.newer) {
            all.add(entry);
        }
        life.table.reserve(all.size());
        long before = life.submitted;
        for (TaskEntry entry : all) {
            entry.older = null;
            entry.newer = null;
            entry.restored = true;
            life.add(entry);
        }
        life.submitted = before;
        int adopted = 0;
        int crashed = 0;
        int unknown = 0;
        for (TaskEntry entry : all) {
            if (entry.phase != Phase.RUNNING) {
                life.restore(entry);
                continue;
            }
            Run run = runs.get(entry);
            TaskExecution execution = outlived.remove(entry.id());
            if (run != null && execution != null && execution.fence() == run.fence()) {
                adopt(life, engine, entry, run, execution, agents);
                adopted++;
            } else {
                life.crashed(entry);
                crashed++;
                unknown += entry.end instanceof TaskState.Unknown ? 1 : 0;
                release(execution);
            }
        }
        outlived.values().forEach(TaskReplay::release);
        return new Summary(life.unfinished, adopted, crashed, unknown, torn);
    }

    private void resolveGhosts(History history) {
        for (TaskEntry ghost : ghosts.values()) {
            if (ghost.ended()) {
                continue;
            }
            ghost.phase = Phase.ENDED;
            ghost.settled = true;
            ghost.end =
                    history.find(ghost.id())
                            .map(past -> (TaskState.Ended) past.task().state())
                            .orElseGet(
                                    () ->
                                            new TaskState.Cancelled(
                                                    Instant.EPOCH, "it is no longer remembered"));
        }
    }

    private static void adopt(
            TaskLife life,
            TaskEngine engine,
            TaskEntry entry,
            Run run,
            TaskExecution execution,
            AgentRuntime agents) {
        AgentView known = life.matching.view(run.agent());
        AgentView view = known != null ? known : stranger(entry, run, agents);
        Attempt attempt = new Attempt(engine, entry, view, entry.attempts, run.fence());
        attempt.position = entry.position;
        attempt.began(life.turnNanos, run.startedAt());
        life.attempts.adopt(entry, attempt, execution, known != null);
        execution.adopt(attempt);
    }

    /** An agent that takes no tasks any more, and still has this one. */
    private static AgentView stranger(TaskEntry entry, Run run, AgentRuntime agents) {
        AgentSnapshot snapshot =
                agents.find(run.agent())
                        .orElseGet(
                                () ->
                                        new AgentSnapshot(
                                                run.agent(),
                                                entry.kind.session.id,
                                                io.sirsi.agent.AgentSpec.of("gone"),
                                                io.sirsi.agent.AgentState.DRAINING,
                                                run.startedAt()));
        AgentView view =
                new AgentView(
                        snapshot,
                        new io.sirsi.agent.AgentDescriptor(
                                snapshot.spec().type(),
                                "an agent that is going away",
                                io.sirsi.agent.AgentCapabilities.NONE,
                                java.util.Set.of(),
                                1),
                        new long[0]);
        view.gone = true;
        return view;
    }

    private static void release(@Nullable TaskExecution execution) {
        if (execution != null) {
            execution.cancel();
            execution.release();
        }
    }
}
