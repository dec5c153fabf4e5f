package io.sirsi.scheduler.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.sirsi.agent.AgentDescriptor;
import io.sirsi.agent.AgentId;
import io.sirsi.agent.AgentRuntime;
import io.sirsi.agent.AgentSnapshot;
import io.sirsi.agent.AgentSpec;
import io.sirsi.agent.Health;
import io.sirsi.agent.TaskExecution;
import io.sirsi.journal.Journal;
import io.sirsi.journal.JournalListener;
import io.sirsi.journal.JournalReader;
import io.sirsi.journal.JournalStatus;
import io.sirsi.scheduler.internal.HistoryChecker.Rule;
import io.sirsi.scheduler.internal.HistoryChecker.Violation;
import io.sirsi.session.SessionId;
import io.sirsi.task.Payload;
import io.sirsi.task.TaskAssignment;
import io.sirsi.task.TaskId;
import io.sirsi.task.TaskMonitor;
import io.sirsi.task.TaskOutcome;
import io.sirsi.task.TaskQuery;
import io.sirsi.task.TaskSpec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The simulation finds bugs: each of these is planted where the scheduler meets its surroundings,
 * and the rule that it breaks is named within so many seeds. Without one, nothing is found; that is
 * {@link CrashSimulationTest}.
 */
@Timeout(900)
class PlantedBugsTest {

    private static final int SEEDS = 3_000;
    private static final int STEPS = 60;

    private static Arguments bug(String name, Supplier<Seams> seams, Rule first, Rule... others) {
        return Arguments.of(name, seams, EnumSet.of(first, others));
    }

    static Stream<Arguments> bugs() {
        return Stream.of(
                bug(
                        "acknowledged before it is forced",
                        ForcedEarly::new,
                        Rule.ACKNOWLEDGED_IS_KNOWN),
                bug(
                        "children start when the end before is only written",
                        WrittenIsForced::new,
                        Rule.PARENTS_FIRST,
                        Rule.ACKNOWLEDGED_IS_KNOWN),
                bug("a record is dropped", RecordDropped::new, Rule.ACKNOWLEDGED_IS_KNOWN),
                bug("half a record is taken for a whole", HalfRecord::new, Rule.WORKS),
                bug("records change places", Reordered::new, EnumSet.allOf(Rule.class)),
                bug("a stale completion is accepted", StaleAccepted::new, Rule.STALE_IS_REFUSED),
                bug("fences begin anew", reading(TaskLog.EPOCH), Rule.FENCE_GROWS),
                bug("timers run ahead", Ahead::new, Rule.NEVER_EARLY),
                bug("timers follow the wall clock", WallTimers::new, Rule.NEVER_EARLY),
                bug(
                        "a child does not wait for those before it",
                        ChildFirst::new,
                        Rule.PARENTS_FIRST),
                bug("an end is forgotten", reading(TaskLog.ENDED), Rule.ENDS_ONCE),
                bug("a key is forgotten", KeyForgotten::new, Rule.ONE_FOR_A_KEY),
                bug("a start is forgotten", reading(TaskLog.STARTED), Rule.AT_MOST_ONCE),
                bug(
                        "a cancellation is forgotten",
                        reading(TaskLog.STOP_ASKED),
                        Rule.CANCELLED_NEVER_STARTS),
                bug("attempts are not counted", AttemptsLost::new, Rule.ATTEMPTS_COUNTED),
                bug("a snapshot misses a task", SnapshotMisses::new, Rule.ACKNOWLEDGED_IS_KNOWN),
                bug("the history loses a task", HistoryLoses::new, Rule.ACKNOWLEDGED_IS_KNOWN),
                bug(
                        "the pause of a session is forgotten",
                        reading(TaskLog.SESSION_PAUSED),
                        Rule.PAUSED_NEVER_STARTS),
                bug(
                        "the pause of a task is forgotten",
                        reading(TaskLog.TASK_PAUSED),
                        Rule.PAUSED_NEVER_STARTS),
                bug("what still runs is not taken over", NotAdopted::new, Rule.ONE_AT_A_TIME),
                bug("a wait for a retry is endless", EndlessRetry::new, Rule.ENDS_AT_LAST));
    }

    private static Arguments bug(String name, Supplier<Seams> seams, EnumSet<Rule> rules) {
        return Arguments.of(name, seams, rules);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("bugs")
    void is_found(String name, Supplier<Seams> seams, Set<Rule> rules) {
        Map<Rule, Integer> others = new HashMap<>();
        for (int seed = 0; seed < SEEDS; seed++) {
            try {
                new CrashDay(seed, STEPS, seams.get()).live();
            } catch (Violation found) {
                if (rules.contains(found.rule)) {
                    return;
                }
                others.merge(found.rule, 1, Integer::sum);
            }
        }
        assertThat(others)
                .as("broken by '%s' in %d seeds", name, SEEDS)
                .containsKeys(rules.iterator().next());
    }

    // ---- the log ----

    /** The log, changed in places. */
    private abstract static class ChangedJournal implements Journal {
        final Journal real;

        ChangedJournal(Journal real) {
            this.real = real;
        }

        @Override
        public long append(byte[] record, int offset, int length) {
            return real.append(record, offset, length);
        }

        @Override
        public long appendReserved(byte[] record, int offset, int length) {
            return real.appendReserved(record, offset, length);
        }

        @Override
        public int maxRecordBytes() {
            return real.maxRecordBytes();
        }

        @Override
        public long end() {
            return real.end();
        }

        @Override
        public long written() {
            return real.written();
        }

        @Override
        public long forced() {
            return real.forced();
        }

        @Override
        public boolean awaitForced(long position, Duration timeout) throws InterruptedException {
            return real.awaitForced(position, timeout);
        }

        @Override
        public void listen(JournalListener listener) {
            real.listen(listener);
        }

        @Override
        public Snapshot beginSnapshot() throws IOException {
            return real.beginSnapshot();
        }

        @Override
        public long bytesSinceSnapshot() {
            return real.bytesSinceSnapshot();
        }

        @Override
        public JournalStatus status() {
            return real.status();
        }

        @Override
        public void close() {
            real.close();
        }
    }

    private static final class ForcedEarly extends Seams {
        @Override
        Journal journal(Journal real) {
            return new ChangedJournal(real) {
                @Override
                public long forced() {
                    return real.end();
                }
            };
        }
    }

    private static final class WrittenIsForced extends Seams {
        @Override
        Journal journal(Journal real) {
            return new ChangedJournal(real) {
                @Override
                public long forced() {
                    return real.written();
                }
            };
        }
    }

    private static final class RecordDropped extends Seams {
        @Override
        Journal journal(Journal real) {
            return new ChangedJournal(real) {
                private int count;

                @Override
                public long append(byte[] record, int offset, int length) {
                    boolean dropped = record[offset] == TaskLog.SUBMITTED && ++count % 9 == 0;
                    return dropped ? real.end() : real.append(record, offset, length);
                }
            };
        }
    }

    private static final class HalfRecord extends Seams {
        @Override
        Journal journal(Journal real) {
            return new ChangedJournal(real) {
                private int count;

                @Override
                public long append(byte[] record, int offset, int length) {
                    boolean torn = record[offset] == TaskLog.SUBMITTED && ++count % 9 == 0;
                    return real.append(record, offset, torn ? length / 2 : length);
                }
            };
        }
    }

    private static final class SnapshotMisses extends Seams {
        @Override
        Journal journal(Journal real) {
            return new ChangedJournal(real) {
                @Override
                public Snapshot beginSnapshot() throws IOException {
                    Snapshot whole = real.beginSnapshot();
                    return new Snapshot() {
                        private int count;

                        @Override
                        public void add(byte[] record, int offset, int length) throws IOException {
                            if (record[offset] != TaskLog.ENTRY || ++count % 5 != 0) {
                                whole.add(record, offset, length);
                            }
                        }

                        @Override
                        public void commit() throws IOException {
                            whole.commit();
                        }

                        @Override
                        public void abort() {
                            whole.abort();
                        }
                    };
                }
            };
        }
    }

    // ---- reading it ----

    @SuppressWarnings("ArrayRecordComponent") // Neither compared nor shared.
    private record Read(long position, byte[] bytes) {}

    /** What is read of the log, changed in places. */
    private abstract static class ChangedReader implements JournalReader {
        final JournalReader real;

        ChangedReader(JournalReader real) {
            this.real = real;
        }

        @Override
        public void snapshot(ByteBuffer record) {
            real.snapshot(record);
        }

        @Override
        public final void record(long position, ByteBuffer record) {
            byte[] bytes = new byte[record.remaining()];
            record.get(bytes);
            record(new Read(position, bytes));
        }

        abstract void record(Read read);

        void pass(long position, byte[] bytes) {
            real.record(position, ByteBuffer.wrap(bytes));
        }
    }

    /** Leaves one type of records out. */
    private static Supplier<Seams> reading(int left) {
        return () ->
                new Seams() {
                    @Override
                    JournalReader reader(JournalReader real) {
                        return new ChangedReader(real) {
                            @Override
                            void record(Read read) {
                                if (read.bytes()[0] != left) {
                                    pass(read.position(), read.bytes());
                                }
                            }
                        };
                    }
                };
    }

    private static final class Reordered extends Seams {
        @Override
        JournalReader reader(JournalReader real) {
            return new ChangedReader(real) {
                private final ArrayDeque<Read> kept = new ArrayDeque<>();
                private int count;

                @Override
                void record(Read read) {
                    if (++count % 7 == 0 && kept.isEmpty()) {
                        kept.add(read);
                        return;
                    }
                    Read before = kept.poll();
                    if (before == null) {
                        pass(read.position(), read.bytes());
                    } else {
                        pass(before.position(), read.bytes());
                        pass(read.position(), before.bytes());
                    }
                }
            };
        }
    }

    private static final class AttemptsLost extends Seams {
        @Override
        JournalReader reader(JournalReader real) {
            return new ChangedReader(real) {
                @Override
                void record(Read read) {
                    byte[] bytes = read.bytes();
                    pass(read.position(), bytes);
                    if (bytes[0] == TaskLog.STARTED) {
                        byte[] undone = java.util.Arrays.copyOf(bytes, 17);
                        undone[0] = TaskLog.NOT_STARTED;
                        pass(read.position() + 1, undone);
                    }
                }
            };
        }
    }

    private static final class EndlessRetry extends Seams {
        @Override
        JournalReader reader(JournalReader real) {
            return new ChangedReader(real) {
                @Override
                void record(Read read) {
                    byte[] bytes = read.bytes();
                    if (bytes[0] == TaskLog.ATTEMPT_FAILED) {
                        ByteReader from = new ByteReader(bytes);
                        from.readByte();
                        ByteWriter changed = new ByteWriter(256);
                        changed.writeByte(TaskLog.ATTEMPT_FAILED);
                        changed.writeLong(from.readLong());
                        changed.writeLong(from.readLong());
                        TaskCodec.writeFailure(changed, TaskCodec.readFailure(from));
                        changed.writeInstant(Bench.NOW.plus(Duration.ofDays(99)));
                        bytes = changed.toByteArray();
                    }
                    pass(read.position(), bytes);
                }
            };
        }
    }

    private static final class ChildFirst extends Seams {
        @Override
        JournalReader reader(JournalReader real) {
            return new ChangedReader(real) {
                @Override
                void record(Read read) {
                    byte[] bytes = read.bytes();
                    if (bytes[0] == TaskLog.SUBMITTED) {
                        pass(read.position(), withoutParents(bytes));
                    } else {
                        pass(read.position(), bytes);
                    }
                }
            };
        }

        private static byte[] withoutParents(byte[] bytes) {
            ByteReader from = new ByteReader(bytes);
            ByteWriter to = new ByteWriter(bytes.length);
            to.writeByte(from.readByte());
            to.writeVarInt(from.readVarInt());
            to.writeLong(from.readLong());
            to.writeLong(from.readLong());
            to.writeLong(from.readLong());
            int has = from.readByte();
            to.writeByte(has & ~TaskLog.HAS_BEFORE);
            if ((has & TaskLog.HAS_INPUT) != 0) {
                TaskCodec.writePayload(to, TaskCodec.readPayload(from));
            }
            if ((has & TaskLog.HAS_WORDS) != 0) {
                int count = from.readVarInt();
                to.writeVarInt(count);
                for (int i = 0; i < 2 * count + 2; i++) {
                    to.writeString(from.readString());
                }
            }
            if ((has & TaskLog.HAS_BEFORE) != 0) {
                for (int i = from.readVarInt(); i > 0; i--) {
                    from.readLong();
                    from.readLong();
                    from.readByte();
                }
            }
            while (from.remaining() > 0) {
                to.writeByte(from.readByte());
            }
            return to.toByteArray();
        }
    }

    // ---- the history ----

    /** The history, changed in places. */
    private abstract static class ChangedHistory implements History {
        final History real;

        ChangedHistory(History real) {
            this.real = real;
        }

        @Override
        public void append(HistoryStore.Finished finished) throws IOException {
            real.append(finished);
        }

        @Override
        public void appendNew(HistoryStore.Finished finished) throws IOException {
            real.appendNew(finished);
        }

        @Override
        public void force() throws IOException {
            real.force();
        }

        @Override
        public Optional<HistoryStore.Finished> find(TaskId task) {
            return real.find(task);
        }

        @Override
        public Optional<TaskId> findKey(SessionId session, String key) {
            return real.findKey(session, key);
        }

        @Override
        public List<HistoryStore.Finished> newest(TaskQuery query) {
            return real.newest(query);
        }

        @Override
        public void expire() throws IOException {
            real.expire();
        }
    }

    private static final class KeyForgotten extends Seams {
        @Override
        History history(History real) {
            return new ChangedHistory(real) {
                @Override
                public Optional<TaskId> findKey(SessionId session, String key) {
                    return Optional.empty();
                }
            };
        }
    }

    private static final class HistoryLoses extends Seams {
        @Override
        History history(History real) {
            return new ChangedHistory(real) {
                private int count;

                @Override
                public void append(HistoryStore.Finished finished) throws IOException {
                    if (++count % 7 != 0) {
                        real.append(finished);
                    }
                }
            };
        }
    }

    // ---- clocks ----

    private static final class Ahead extends Seams {
        @Override
        LongSupplier nanoTime(ManualClock real) {
            return () -> real.getAsLong() + real.getAsLong() / 10;
        }
    }

    private static final class WallTimers extends Seams {
        @Override
        LongSupplier nanoTime(ManualClock real) {
            return () -> Duration.between(Bench.NOW, real.instant()).toNanos();
        }
    }

    // ---- agents ----

    /** The agents, changed in places. */
    private abstract static class ChangedAgents implements AgentRuntime {
        final AgentRuntime real;

        ChangedAgents(AgentRuntime real) {
            this.real = real;
        }

        @Override
        public Optional<TaskExecution> tryExecute(AgentId agent, TaskAssignment assignment) {
            return real.tryExecute(agent, assignment);
        }

        @Override
        public List<TaskExecution> executions() {
            return real.executions();
        }

        @Override
        public AgentSnapshot spawn(SessionId session, AgentSpec spec) {
            return real.spawn(session, spec);
        }

        @Override
        public Optional<AgentSnapshot> find(AgentId agent) {
            return real.find(agent);
        }

        @Override
        public List<AgentSnapshot> list() {
            return real.list();
        }

        @Override
        public List<AgentDescriptor> types() {
            return real.types();
        }

        @Override
        public Health health(AgentId agent) {
            return real.health(agent);
        }

        @Override
        public int terminate(AgentId agent, String reason) {
            return real.terminate(agent, reason);
        }

        @Override
        public int terminateAll(SessionId session, String reason) {
            return real.terminateAll(session, reason);
        }
    }

    private static final class NotAdopted extends Seams {
        @Override
        AgentRuntime agents(AgentRuntime real) {
            return new ChangedAgents(real) {
                @Override
                public List<TaskExecution> executions() {
                    return List.of();
                }
            };
        }
    }

    /** Whoever says that a task has ended is believed, whichever attempt it was given. */
    private static final class StaleAccepted extends Seams {
        private final Map<TaskId, TaskMonitor> newest = new HashMap<>();

        @Override
        AgentRuntime agents(AgentRuntime real) {
            return new ChangedAgents(real) {
                @Override
                public List<TaskExecution> executions() {
                    // They are asked to stop and run on, as those do that cannot be reached.
                    real.executions().forEach(TaskExecution::cancel);
                    return List.of();
                }

                @Override
                public Optional<TaskExecution> tryExecute(
                        AgentId agent, TaskAssignment assignment) {
                    TaskMonitor own = assignment.monitor();
                    Optional<TaskExecution> taken =
                            real.tryExecute(agent, new Believed(assignment, newest));
                    taken.ifPresent(any -> newest.put(assignment.task(), own));
                    return taken;
                }
            };
        }
    }

    private record Believed(TaskAssignment real, Map<TaskId, TaskMonitor> newest)
            implements TaskAssignment {
        @Override
        public TaskId task() {
            return real.task();
        }

        @Override
        public TaskSpec spec() {
            return real.spec();
        }

        @Override
        public int attempt() {
            return real.attempt();
        }

        @Override
        public long fence() {
            return real.fence();
        }

        @Override
        public Duration timeout() {
            return real.timeout();
        }

        @Override
        public TaskMonitor monitor() {
            return new Relay(real.task(), real.monitor(), newest);
        }
    }

    private record Relay(TaskId task, TaskMonitor own, Map<TaskId, TaskMonitor> newest)
            implements TaskMonitor {
        @Override
        public void ended(TaskOutcome how) {
            newest.getOrDefault(task, own).ended(how);
        }

        @Override
        public void progress(long done, long total, String note) {
            own.progress(done, total, note);
        }

        @Override
        public void heartbeat(String resumeToken) {
            own.heartbeat(resumeToken);
        }

        @Override
        public Optional<String> resumeToken() {
            return own.resumeToken();
        }

        @Override
        public void log(String line) {
            own.log(line);
        }

        @Override
        public TaskId submit(TaskSpec spec) {
            return own.submit(spec);
        }

        @Override
        public Optional<Payload> outputOf(TaskId dependency) {
            return own.outputOf(dependency);
        }
    }
}
