package io.sirsi.agents.internal;

import io.sirsi.agent.AgentFailure;
import io.sirsi.agent.AgentId;
import io.sirsi.agent.TaskExecution;
import io.sirsi.session.SessionId;
import io.sirsi.spi.agent.Agent;
import io.sirsi.spi.agent.AgentFailureException;
import io.sirsi.spi.agent.IdempotencyKey;
import io.sirsi.spi.agent.TaskContext;
import io.sirsi.task.Payload;
import io.sirsi.task.TaskAssignment;
import io.sirsi.task.TaskId;
import io.sirsi.task.TaskMonitor;
import io.sirsi.task.TaskOutcome;
import io.sirsi.task.TaskSpec;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One attempt of one task on a thread. Keeps no reference to the agent's object, so that whoever
 * still holds this after the end holds nothing of its bundle. Thread-safe.
 */
final class RunningTask implements TaskExecution {

    private static final Logger LOG = LoggerFactory.getLogger(RunningTask.class);

    private static final AtomicReferenceFieldUpdater<RunningTask, Line> LINE =
            AtomicReferenceFieldUpdater.newUpdater(RunningTask.class, Line.class, "line");

    private final AgentId agent;
    private final SessionId session;
    private final TaskAssignment assignment;
    private final LongSupplier nanoTime;
    private final long started;
    private final Consumer<RunningTask> forget;
    private final CompletableFuture<Boolean> threadEnded = new CompletableFuture<>();

    /** With whom it speaks and, in the same step, whether it has ended. */
    private volatile Line line;

    private volatile boolean cancelled;
    private volatile @Nullable AgentFailure ending;

    /** Guards the two below: an interrupt must not meet the next task of the thread. */
    private final Object interruptGuard = new Object();

    private @Nullable Thread thread;
    private boolean interruptWanted;

    /**
     * With whom an attempt speaks.
     *
     * @param monitor whom it tells
     * @param outcome what the monitor was told or is just being told; null while it runs
     */
    private record Line(TaskMonitor monitor, @Nullable TaskOutcome outcome) {}

    /**
     * Takes an assignment.
     *
     * @param agent who runs it
     * @param session where that agent lives, and so the task
     * @param assignment what is to be done
     * @param nanoTime the time, for what remains of it
     * @param forget called by {@link #release}
     */
    RunningTask(
            AgentId agent,
            SessionId session,
            TaskAssignment assignment,
            LongSupplier nanoTime,
            Consumer<RunningTask> forget) {
        this.agent = agent;
        this.session = session;
        this.assignment = assignment;
        this.nanoTime = nanoTime;
        this.started = nanoTime.getAsLong();
        this.forget = forget;
        this.line = new Line(assignment.monitor(), null);
    }

    @Override
    public AgentId agent() {
        return agent;
    }

    @Override
    public TaskId task() {
        return assignment.task();
    }

    @Override
    public int attempt() {
        return assignment.attempt();
    }

    @Override
    public long fence() {
        return assignment.fence();
    }

    @Override
    public Optional<TaskOutcome> outcome() {
        return Optional.ofNullable(line.outcome());
    }

    @Override
    public void adopt(TaskMonitor monitor) {
        Line before;
        do {
            before = line;
            if (before.monitor() == monitor) {
                return; // it was told, or will be
            }
        } while (!LINE.compareAndSet(this, before, new Line(monitor, before.outcome())));
        if (before.outcome() != null) {
            tell(monitor, before.outcome());
        }
    }

    @Override
    public void release() {
        forget.accept(this);
    }

    /** {@return whether this was the end; false if it had ended before} */
    private boolean settle(TaskOutcome outcome) {
        Line before;
        do {
            before = line;
            if (before.outcome() != null) {
                return false;
            }
        } while (!LINE.compareAndSet(this, before, new Line(before.monitor(), outcome)));
        tell(before.monitor(), outcome);
        return true;
    }

    private void tell(TaskMonitor monitor, TaskOutcome outcome) {
        try {
            monitor.ended(outcome);
        } catch (RuntimeException | LinkageError bug) { // of the scheduler's, not of the agent's
            LOG.error("the end of task {} could not be told", assignment.task(), bug);
        }
    }

    /** {@return completes when the agent's code has really returned} */
    CompletableFuture<Boolean> threadEnded() {
        return threadEnded;
    }

    @Override
    public void cancel() {
        cancelled = true;
    }

    /**
     * Asks to stop because the agent ends: what does not succeed from now on failed for this
     * reason, unless someone had called off the task before.
     */
    void endBecause(AgentFailure reason) {
        if (!cancelled) {
            ending = reason;
            cancelled = true;
        }
    }

    @Override
    public void interrupt() {
        synchronized (interruptGuard) {
            interruptWanted = true;
            if (thread != null) {
                thread.interrupt();
            }
        }
    }

    @Override
    public void abandon(TaskOutcome given) {
        cancelled = true;
        if (settle(given) && !threadEnded.isDone()) {
            LOG.warn(
                    "task {} does not stop; agent {} keeps its place until it does",
                    assignment.task(),
                    agent);
        }
    }

    /** Gives up because the agent ends. A task that had been called off before stays called off. */
    void abandonBecause(AgentFailure reason) {
        abandon(
                ending != null || !cancelled
                        ? new TaskOutcome.Failed(elapsed(), reason)
                        : new TaskOutcome.Cancelled(elapsed(), "it was called off"));
    }

    /** {@return how long it has been running} */
    Duration elapsed() {
        return Duration.ofNanos(Math.max(0, nanoTime.getAsLong() - started));
    }

    /**
     * Runs the agent's code on this thread and reports the outcome, whatever happens.
     *
     * @param code the agent
     * @param loader its bundle's loader
     * @param givePlaceBack called after the code returned and before the outcome is known, so that
     *     whoever hears of it finds the place free
     */
    void run(Agent code, @Nullable ClassLoader loader, Runnable givePlaceBack) {
        TaskOutcome result = null;
        try {
            begin();
            result = call(code, loader);
        } finally {
            end();
            try {
                givePlaceBack.run();
            } finally {
                settle(result != null ? result : internal("its thread broke"));
                threadEnded.complete(true);
            }
        }
    }

    private void begin() {
        synchronized (interruptGuard) {
            thread = Thread.currentThread();
            if (interruptWanted) {
                thread.interrupt();
            }
        }
    }

    private void end() {
        synchronized (interruptGuard) {
            thread = null;
            Thread.interrupted();
        }
    }

    private TaskOutcome call(Agent code, @Nullable ClassLoader loader) {
        TaskOutcome said;
        try {
            said = ForeignCode.call(loader, () -> code.run(new Attempt()));
        } catch (AgentFailureException expected) {
            said = new TaskOutcome.Failed(elapsed(), expected.failure());
        } catch (InterruptedException stopped) {
            said = stopped();
        } catch (Throwable bug) { // the edge of the thread: whatever it is, it is reported
            said = broken(bug);
        }
        if (said == null) {
            LOG.error("agent {} returned no outcome of task {}", agent, assignment.task());
            said = internal("the agent returned no outcome");
        }
        AgentFailure reason = ending;
        return reason == null || said instanceof TaskOutcome.Succeeded
                ? said
                : new TaskOutcome.Failed(elapsed(), reason);
    }

    private TaskOutcome stopped() {
        if (cancelled || interruptWasWanted()) {
            return new TaskOutcome.Cancelled(elapsed(), "it was interrupted on request");
        }
        LOG.error("agent {} was interrupted in task {} by someone else", agent, assignment.task());
        return internal("the agent was interrupted, and nobody here asked for that");
    }

    private TaskOutcome broken(Throwable bug) {
        if (ending == null) {
            LOG.error("agent {} broke in task {}", agent, assignment.task(), bug);
        } else {
            LOG.info("agent {} broke in task {} while it ended: {}", agent, task(), bug.toString());
        }
        return internal(
                "the agent has a bug: "
                        + bug.getClass().getSimpleName()
                        + "; the log of the node has the details");
    }

    private boolean interruptWasWanted() {
        synchronized (interruptGuard) {
            return interruptWanted;
        }
    }

    private TaskOutcome internal(String sentence) {
        return new TaskOutcome.Failed(
                elapsed(), AgentFailure.of(AgentFailure.Code.INTERNAL, sentence));
    }

    /** The attempt as the agent sees it. */
    private final class Attempt implements TaskContext {

        @Override
        public TaskId id() {
            return assignment.task();
        }

        @Override
        public TaskSpec spec() {
            return assignment.spec();
        }

        @Override
        public int attempt() {
            return assignment.attempt();
        }

        @Override
        public long fence() {
            return assignment.fence();
        }

        @Override
        public Duration elapsed() {
            return RunningTask.this.elapsed();
        }

        @Override
        public Duration remaining() {
            return Duration.ofNanos(Math.max(0, budget() - (nanoTime.getAsLong() - started)));
        }

        @Override
        public boolean cancelled() {
            return cancelled || remaining().isZero();
        }

        @Override
        public void progress(long done, long total, String note) {
            say(monitor -> monitor.progress(done, total, note));
        }

        @Override
        public void heartbeat() {
            say(monitor -> monitor.heartbeat(""));
        }

        @Override
        public void checkpoint(String resumeToken) {
            if (resumeToken.isEmpty()) {
                throw new IllegalArgumentException(
                        "a resume token must not be empty; heartbeat() is a mere sign of life");
            }
            say(monitor -> monitor.heartbeat(resumeToken));
        }

        @Override
        public Optional<String> resumeToken() {
            return ForeignCode.home(() -> monitor().resumeToken());
        }

        @Override
        public void log(String text) {
            say(monitor -> monitor.log(text));
        }

        @Override
        public String idempotencyKey(String step) {
            return IdempotencyKey.of(session, assignment.task(), step);
        }

        @Override
        public TaskId submit(TaskSpec spec) {
            return ForeignCode.home(() -> monitor().submit(spec));
        }

        @Override
        public Optional<Payload> outputOf(TaskId dependency) {
            return ForeignCode.home(() -> monitor().outputOf(dependency));
        }

        private void say(Consumer<TaskMonitor> what) {
            ForeignCode.home(
                    () -> {
                        what.accept(monitor());
                        return true;
                    });
        }

        private TaskMonitor monitor() {
            return line.monitor();
        }

        private long budget() {
            return assignment.timeout().toNanos();
        }
    }
}
