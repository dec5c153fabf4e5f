package io.sirsi.agents.internal;

import io.sirsi.agent.AgentFailure;
import io.sirsi.agent.AgentId;
import io.sirsi.agent.TaskExecution;
import io.sirsi.spi.agent.Agent;
import io.sirsi.spi.agent.AgentFailureException;
import io.sirsi.spi.agent.TaskContext;
import io.sirsi.task.Payload;
import io.sirsi.task.TaskAssignment;
import io.sirsi.task.TaskId;
import io.sirsi.task.TaskOutcome;
import io.sirsi.task.TaskSpec;
import io.sirsi.task.TaskState;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
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

    private final AgentId agent;
    private final TaskAssignment assignment;
    private final LongSupplier nanoTime;
    private final long started;
    private final long budget;
    private final CompletableFuture<TaskOutcome> outcome = new CompletableFuture<>();
    private final CompletionStage<TaskOutcome> outcomeView = outcome.minimalCompletionStage();
    private final CompletableFuture<Boolean> threadEnded = new CompletableFuture<>();

    private volatile boolean cancelled;
    private volatile @Nullable AgentFailure ending;

    /** Guards the two below: an interrupt must not meet the next task of the thread. */
    private final Object interruptGuard = new Object();

    private @Nullable Thread thread;
    private boolean interruptWanted;

    RunningTask(AgentId agent, TaskAssignment assignment, Clock clock, LongSupplier nanoTime) {
        this.agent = agent;
        this.assignment = assignment;
        this.nanoTime = nanoTime;
        this.started = nanoTime.getAsLong();
        this.budget = budget(assignment, clock).toNanos();
    }

    /** From two readings of the scheduler's clock where there are two: a jump changes nothing. */
    private static Duration budget(TaskAssignment assignment, Clock clock) {
        return assignment.task().state() instanceof TaskState.Running running
                ? Duration.between(running.since(), assignment.deadline())
                : Duration.between(clock.instant(), assignment.deadline());
    }

    @Override
    public AgentId agent() {
        return agent;
    }

    @Override
    public CompletionStage<TaskOutcome> outcome() {
        return outcomeView;
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
        if (outcome.complete(given) && !threadEnded.isDone()) {
            LOG.warn(
                    "task {} does not stop; agent {} keeps its place until it does",
                    assignment.task().id(),
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
                outcome.complete(result != null ? result : internal("its thread broke"));
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
            LOG.error("agent {} returned no outcome of task {}", agent, assignment.task().id());
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
        LOG.error(
                "agent {} was interrupted in task {} by someone else",
                agent,
                assignment.task().id());
        return internal("the agent was interrupted, and nobody here asked for that");
    }

    private TaskOutcome broken(Throwable bug) {
        if (ending == null) {
            LOG.error("agent {} broke in task {}", agent, assignment.task().id(), bug);
        } else {
            LOG.info("agent {} broke in task {} while it ended: {}", agent, id(), bug.toString());
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

    private TaskId id() {
        return assignment.task().id();
    }

    private TaskOutcome internal(String sentence) {
        return new TaskOutcome.Failed(
                elapsed(), AgentFailure.of(AgentFailure.Code.INTERNAL, sentence));
    }

    /** The attempt as the agent sees it. */
    private final class Attempt implements TaskContext {

        @Override
        public TaskId id() {
            return assignment.task().id();
        }

        @Override
        public TaskSpec spec() {
            return assignment.task().spec();
        }

        @Override
        public int attempt() {
            return assignment.attempt();
        }

        @Override
        public Duration elapsed() {
            return RunningTask.this.elapsed();
        }

        @Override
        public Duration remaining() {
            return Duration.ofNanos(Math.max(0, budget - (nanoTime.getAsLong() - started)));
        }

        @Override
        public boolean cancelled() {
            return cancelled || remaining().isZero();
        }

        @Override
        public void progress(long done, long total, String note) {
            assignment.monitor().progress(done, total, note);
        }

        @Override
        public TaskId submit(TaskSpec spec) {
            return ForeignCode.home(() -> assignment.monitor().submit(spec));
        }

        @Override
        public Optional<Payload> outputOf(TaskId dependency) {
            return assignment.monitor().outputOf(dependency);
        }
    }
}
