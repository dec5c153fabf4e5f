package io.sirsi.scheduler.internal;

import io.sirsi.agent.AgentFailure;
import io.sirsi.failure.RefusedException;
import io.sirsi.journal.Journal;
import io.sirsi.session.SessionId;
import io.sirsi.task.Payload;
import io.sirsi.task.TaskState;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes what happens to tasks as records of the log; {@link TaskReplay} reads them. The kinds of
 * tasks are written once and then named by a number, so that a record of a task is small. Guarded
 * by the engine's baton.
 */
final class TaskLog {

    static final int KIND = 1;
    static final int SUBMITTED = 2;
    static final int GRAPH_BEGUN = 3;
    static final int GRAPH_COMPLETE = 4;
    static final int STARTED = 5;
    static final int NOT_STARTED = 6;
    static final int ATTEMPT_FAILED = 7;
    static final int ENDED = 8;
    static final int STOP_ASKED = 9;
    static final int TASK_PAUSED = 10;
    static final int SESSION_PAUSED = 11;
    static final int ALL_PAUSED = 12;
    static final int WEIGHED = 13;
    static final int CHECKPOINT = 14;
    static final int EPOCH = 15;
    static final int CRASHED = 16;
    static final int RESCHEDULED = 17;
    static final int ENTRY = 18;

    static final int HAS_INPUT = 1;
    static final int HAS_WORDS = 2;
    static final int HAS_BEFORE = 4;
    static final int HAS_TIME = 8;
    static final int HAS_PREDECESSOR = 16;
    static final int IN_GRAPH = 32;

    static final int ANY_END = 1;
    static final int HAS_ENDED = 2;
    static final int HAS_SUCCEEDED = 4;

    /** What a task's record may grow by: one that comes again names the one before it. */
    private static final int MARGIN = 64;

    private final Journal journal;
    private final ByteWriter record = new ByteWriter(1024);
    private int kinds;

    /** From where kinds have to be written again, since what is before will be dropped. */
    private long kindsSince;

    TaskLog(Journal journal, int kinds) {
        this.journal = journal;
        this.kinds = kinds;
    }

    Journal journal() {
        return journal;
    }

    private long append(boolean reserved) {
        return reserved
                ? journal.appendReserved(record.array(), 0, record.size())
                : journal.append(record.array(), 0, record.size());
    }

    private void begin(int type) {
        record.clear(1 << 16);
        record.writeByte(type);
    }

    private void begin(int type, TaskEntry entry) {
        begin(type);
        record.writeLong(entry.high);
        record.writeLong(entry.low);
    }

    // ---- kinds ----

    /** Says that kinds must be written again: a snapshot begins. */
    void forgetKinds() {
        kindsSince = journal.end();
    }

    private void declare(TaskKind kind) {
        if (kind.number != 0 && kind.declaredAt > kindsSince) {
            return;
        }
        if (kind.number == 0) {
            kind.number = ++kinds;
        }
        begin(KIND);
        writeKind(record, kind);
        kind.declaredAt = append(false);
    }

    static void writeKind(ByteWriter to, TaskKind kind) {
        to.writeVarInt(kind.number);
        to.writeString(kind.session.id.value());
        TaskCodec.writeBase(to, kind.spec);
    }

    // ---- tasks ----

    /** A new task. */
    long submitted(TaskEntry entry, @Nullable TaskEntry predecessor, boolean inGraph) {
        declare(entry.kind);
        begin(SUBMITTED);
        writeTask(record, entry, predecessor, inGraph);
        int most = journal.maxRecordBytes() - MARGIN;
        if (predecessor == null && record.size() > most) {
            throw RefusedException.invalid(
                    "the task takes "
                            + record.size()
                            + " bytes on the disk and may take "
                            + most
                            + "; give it a smaller input");
        }
        long position = append(false);
        entry.position = position;
        return position;
    }

    private static void writeTask(
            ByteWriter to, TaskEntry entry, @Nullable TaskEntry predecessor, boolean inGraph) {
        TaskEntry.Rare rare = entry.rare;
        boolean words =
                rare != null
                        && (!rare.labels.isEmpty()
                                || rare.key.isPresent()
                                || rare.trace.isPresent());
        Instant until = rare == null ? null : rare.until;
        boolean input = !entry.input.equals(Payload.NONE);
        to.writeVarInt(entry.kind.number);
        to.writeLong(entry.high);
        to.writeLong(entry.low);
        to.writeLong(entry.submittedAt);
        to.writeByte(
                (input ? HAS_INPUT : 0)
                        | (words ? HAS_WORDS : 0)
                        | (entry.before.length > 0 ? HAS_BEFORE : 0)
                        | (until != null ? HAS_TIME : 0)
                        | (predecessor != null ? HAS_PREDECESSOR : 0)
                        | (inGraph ? IN_GRAPH : 0));
        if (input) {
            TaskCodec.writePayload(to, entry.input);
        }
        if (words && rare != null) {
            to.writeVarInt(rare.labels.size());
            for (Map.Entry<String, String> label : rare.labels.entrySet()) {
                to.writeString(label.getKey());
                to.writeString(label.getValue());
            }
            to.writeString(rare.key.orElse(""));
            to.writeString(rare.trace.orElse(""));
        }
        if (entry.before.length > 0) {
            to.writeVarInt(entry.before.length);
            for (int i = 0; i < entry.before.length; i++) {
                TaskEntry one = entry.before[i];
                to.writeLong(one.high);
                to.writeLong(one.low);
                boolean told = one.ended() && one.settled;
                to.writeByte(
                        (entry.anyEnd(i) ? ANY_END : 0)
                                | (told ? HAS_ENDED : 0)
                                | (told && one.succeeded() ? HAS_SUCCEEDED : 0));
            }
        }
        if (until != null) {
            to.writeInstant(until);
        }
        if (predecessor != null) {
            to.writeLong(predecessor.high);
            to.writeLong(predecessor.low);
        }
    }

    /** The tasks of a graph follow; without its end, none of them counts. */
    void graphBegun(int size) {
        begin(GRAPH_BEGUN);
        record.writeVarInt(size);
        append(false);
    }

    long graphComplete(int size) {
        begin(GRAPH_COMPLETE);
        record.writeVarInt(size);
        return append(false);
    }

    private static long logged(TaskEntry entry, long position) {
        entry.position = position;
        return position;
    }

    long started(Attempt attempt, Instant at) {
        begin(STARTED, attempt.entry);
        record.writeLong(attempt.fence);
        record.writeString(attempt.view.id().value());
        record.writeInstant(at);
        return logged(attempt.entry, append(false));
    }

    /** The agent did not take it after all. */
    long notStarted(TaskEntry entry) {
        begin(NOT_STARTED, entry);
        return logged(entry, append(true));
    }

    long attemptFailed(TaskEntry entry, AgentFailure failure, Instant until) {
        begin(ATTEMPT_FAILED, entry);
        TaskCodec.writeFailure(record, failure);
        record.writeInstant(until);
        return logged(entry, append(true));
    }

    /** It ran when the node went down. */
    long crashed(TaskEntry entry) {
        begin(CRASHED, entry);
        return logged(entry, append(true));
    }

    /** {@return whether the log takes an output with all that is said of an end} */
    boolean takes(Payload output) {
        long most = journal.maxRecordBytes() - 1024L;
        if (3L * output.text().length() <= most) {
            return true; // No character takes more than three bytes.
        }
        record.clear(1 << 16);
        TaskCodec.writePayload(record, output);
        return record.size() <= most;
    }

    long ended(TaskEntry entry, TaskState.Ended how) {
        begin(ENDED, entry);
        record.writeBoolean(entry.skipped);
        TaskEntry.Rare rare = entry.rare;
        record.writeOptionalDuration(java.util.Optional.ofNullable(rare == null ? null : rare.ran));
        TaskCodec.writeEnded(record, how);
        return logged(entry, append(true));
    }

    long stopAsked(TaskEntry entry, String reason) {
        begin(STOP_ASKED, entry);
        record.writeString(reason);
        return logged(entry, append(true));
    }

    long paused(TaskEntry entry, @Nullable String by) {
        begin(TASK_PAUSED, entry);
        writeOptional(record, by);
        return logged(entry, append(true));
    }

    long checkpoint(TaskEntry entry, String token) {
        begin(CHECKPOINT, entry);
        record.writeString(token);
        return logged(entry, append(true));
    }

    long rescheduled(TaskEntry entry, Instant until) {
        begin(RESCHEDULED, entry);
        record.writeInstant(until);
        return logged(entry, append(true));
    }

    // ---- all ----

    long paused(SessionId session, @Nullable String by) {
        begin(SESSION_PAUSED);
        record.writeString(session.value());
        writeOptional(record, by);
        return append(true);
    }

    long allPaused(@Nullable String by) {
        begin(ALL_PAUSED);
        writeOptional(record, by);
        return append(true);
    }

    long weighed(SessionId session, int weight) {
        begin(WEIGHED);
        record.writeString(session.value());
        record.writeVarInt(weight);
        return append(true);
    }

    long epoch(long epoch) {
        begin(EPOCH);
        record.writeVarLong(epoch);
        return append(true);
    }

    // ---- snapshots ----

    /** A task as it stands, with all that is known of it. */
    static void writeEntry(ByteWriter to, TaskEntry entry) {
        to.writeByte(ENTRY);
        writeTask(to, entry, null, false);
        TaskEntry.Rare rare = entry.rare;
        Attempt attempt = entry.attempt;
        to.writeLong(entry.position);
        to.writeByte(entry.phase.code);
        to.writeVarInt(entry.attempts);
        to.writeVarInt(entry.crashes);
        to.writeBoolean(entry.skipped);
        to.writeBoolean(rare != null && rare.hasSuccessor);
        writeOptional(to, entry.paused && rare != null ? orNobody(rare.pausedBy) : null);
        writeOptional(to, rare == null ? null : rare.resumeToken);
        writeOptional(to, rare == null ? null : rare.cancelReason);
        AgentFailure failure = rare == null ? null : rare.lastFailure;
        to.writeBoolean(failure != null);
        if (failure != null) {
            TaskCodec.writeFailure(to, failure);
        }
        boolean running = entry.phase == Phase.RUNNING && attempt != null;
        to.writeBoolean(running);
        if (running && attempt != null) {
            to.writeLong(attempt.fence);
            to.writeString(attempt.view.id().value());
            to.writeInstant(attempt.startedAt());
        }
        if (entry.ended()) {
            to.writeOptionalDuration(java.util.Optional.ofNullable(rare == null ? null : rare.ran));
            TaskCodec.writeEnded(to, entry.end());
        }
    }

    private static String orNobody(@Nullable String by) {
        return by == null ? "" : by;
    }

    static void writeOptional(ByteWriter to, @Nullable String text) {
        to.writeBoolean(text != null);
        if (text != null) {
            to.writeString(text);
        }
    }
}
