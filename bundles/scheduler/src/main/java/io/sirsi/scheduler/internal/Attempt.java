package io.sirsi.scheduler.internal;

import io.sirsi.agent.TaskExecution;
import io.sirsi.failure.RefusedException;
import io.sirsi.task.Payload;
import io.sirsi.task.TaskAssignment;
import io.sirsi.task.TaskId;
import io.sirsi.task.TaskMonitor;
import io.sirsi.task.TaskOutcome;
import io.sirsi.task.TaskProgressed;
import io.sirsi.task.TaskSpec;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One attempt of one task: what the agent is given, the way in which it speaks of it, and the
 * command that ends it, in one object. What others call comes as a command; the rest is guarded by
 * the engine's baton.
 */
final class Attempt extends Command implements TaskAssignment, TaskMonitor {

    /** The longest line that watchers see, and the longest resume token. */
    static final int MOST_CHARACTERS = 4_096;

    private static final VarHandle OUTCOME;
    private static final VarHandle PROGRESS;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            OUTCOME = lookup.findVarHandle(Attempt.class, "outcome", TaskOutcome.class);
            PROGRESS = lookup.findVarHandle(Attempt.class, "progress", TaskProgressed.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    /** Why it is to stop. */
    enum Stop {
        CANCELLED,
        TIMED_OUT,
        SILENT
    }

    final TaskEngine engine;
    final TaskEntry entry;
    final AgentView view;
    final int number;
    final long fence;

    /** The end of its start's record. */
    long position;

    /** Whether an agent has taken it. */
    boolean handedOver;

    /** Whether it is the one that counts. */
    boolean open = true;

    long startedNanos;
    private long startedAt;
    @Nullable TaskExecution execution;
    @Nullable Stop stop;
    boolean interrupted;
    @Nullable String stopReason;

    /** What it was told to have ended with when it was abandoned. */
    @Nullable TaskOutcome abandonedWith;

    /** Watches for signs of life, if the task wants some. */
    @Nullable TimerNode silence;

    private volatile @Nullable TaskOutcome outcome;

    @SuppressWarnings("UnusedVariable") // It is read through PROGRESS.
    private volatile @Nullable TaskProgressed progress;

    Attempt(TaskEngine engine, TaskEntry entry, AgentView view, int number, long fence) {
        this.engine = engine;
        this.entry = entry;
        this.view = view;
        this.number = number;
        this.fence = fence;
    }

    void began(long nanos, Instant at) {
        startedNanos = nanos;
        startedAt = TaskEntry.epochNanos(at);
    }

    Instant startedAt() {
        return TaskEntry.instant(startedAt);
    }

    @Override
    void run() {
        TaskOutcome how = outcome;
        if (how != null) {
            engine.completed(this, how);
        }
    }

    // ---- what the agent is given ----

    @Override
    public TaskId task() {
        return entry.id();
    }

    @Override
    public TaskSpec spec() {
        return entry.spec();
    }

    @Override
    public int attempt() {
        return number;
    }

    @Override
    public long fence() {
        return fence;
    }

    @Override
    public Duration timeout() {
        return entry.kind.spec.timeout();
    }

    @Override
    public TaskMonitor monitor() {
        return this;
    }

    // ---- what it says ----

    @Override
    public void ended(TaskOutcome how) {
        if (OUTCOME.compareAndSet(this, null, how)) {
            engine.tell(this);
        }
    }

    @Override
    public void progress(long done, long total, String note) {
        TaskProgressed said =
                new TaskProgressed(entry.id(), done, total, note, engine.times().instant());
        if (PROGRESS.getAndSet(this, said) == null) {
            engine.tell(() -> engine.progressed(this));
        }
    }

    /** {@return what was said last, which is then told} */
    @Nullable TaskProgressed takeProgress() {
        return (TaskProgressed) PROGRESS.getAndSet(this, null);
    }

    @Override
    public void heartbeat(String resumeToken) {
        if (resumeToken.length() > MOST_CHARACTERS) {
            throw new IllegalArgumentException(
                    "a resume token has at most "
                            + MOST_CHARACTERS
                            + " characters, this one has "
                            + resumeToken.length());
        }
        engine.tell(() -> engine.alive(this, resumeToken));
    }

    @Override
    public Optional<String> resumeToken() {
        return engine.resumeTokenOf(this);
    }

    @Override
    public void log(String line) {
        String cut = line.length() > MOST_CHARACTERS ? line.substring(0, MOST_CHARACTERS) : line;
        Instant at = engine.times().instant();
        engine.tell(() -> engine.logged(this, cut, at));
    }

    @Override
    public TaskId submit(TaskSpec spec) {
        return engine.submitFrom(this, spec);
    }

    @Override
    public Optional<Payload> outputOf(TaskId dependency) {
        return engine.outputFor(this, dependency);
    }

    /** {@return the refusal for one that asks after its end} */
    RefusedException over() {
        return RefusedException.conflict(
                "the attempt of task " + entry.id() + " has ended and submits nothing any more");
    }
}
