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
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
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
    private static final AtomicIntegerFieldUpdater<RunningTask> FLAGS =
            AtomicIntegerFieldUpdater.newUpdater(RunningTask.class, "flags");

    /** Its outcome is in the record. */
    private static final int RELEASED = 1;

    /** The agent's code has returned, or will not be called. */
    private static final int RETURNED = 1 << 1;

    /** And whoever is to know has been told. */
    private static final int REPORTED = 1 << 2;

    /** Its thread is to be interrupted. */
    private static final int INTERRUPT = 1 << 3;

    /** Someone is just doing so; the code may not return meanwhile. */
    private static final int INTERRUPTING = 1 << 4;

    private final Place place;
    private final TaskAssignment assignment;
    private final LongSupplier nanoTime;
    private final long started;
    private final Executions executions;

    /** With whom it speaks and, in the same step, whether it has ended. */
    private volatile Line line;

    private volatile int flags;
    private volatile boolean cancelled;
    private volatile @Nullable AgentFailure ending;
    private volatile @Nullable Thread thread;

    /** Only made when someone waits for the end of the agent's code. */
    private volatile @Nullable CompletableFuture<Boolean> reported;

    /** The neighbours in the list of executions, which guards them. */
    @Nullable RunningTask before;

    @Nullable RunningTask after;

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
     * @param place where it runs
     * @param assignment what is to be done
     * @param nanoTime the time, for what remains of it
     * @param executions the list that it is in until it is released
     */
    RunningTask(
            Place place, TaskAssignment assignment, LongSupplier nanoTime, Executions executions) {
        this.place = place;
        this.assignment = assignment;
        this.nanoTime = nanoTime;
        this.started = nanoTime.getAsLong();
        this.executions = executions;
        this.line = new Line(assignment.monitor(), null);
    }

    /**
     * Makes the job that runs it.
     *
     * @param code the agent
     * @param loader its bundle's loader
     */
    Job on(Agent code, @Nullable ClassLoader loader) {
        return new Attempt(code, loader);
    }

    /** Where a task runs, and what it occupies there; knows nothing of the agent's object. */
    interface Place {

        /** {@return who runs it} */
        AgentId agent();

        /** {@return where that agent lives, and so the task} */
        SessionId session();

        /** The agent's code has returned; called before the outcome is told. */
        void giveBack();

        /** The thread has nothing else to do for this agent. */
        void idle();
    }

    @Override
    public AgentId agent() {
        return place.agent();
    }

    /** {@return where it runs} */
    Place place() {
        return place;
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
        int now = flags(RELEASED);
        if ((now & RETURNED) != 0) {
            executions.remove(this);
        }
    }

    /** {@return whether nobody has released it yet} */
    boolean kept() {
        return (flags & RELEASED) == 0;
    }

    /** {@return whether the agent's code is still to return} */
    boolean occupiesPlace() {
        return (flags & RETURNED) == 0;
    }

    /** {@return whether there is something to wait for} */
    boolean open() {
        return (flags & REPORTED) == 0;
    }

    /** {@return the flags before these were added} */
    private int flags(int more) {
        return FLAGS.getAndUpdate(this, now -> now | more);
    }

    /**
     * Undoes it all: no thread took it, and nobody will be told of it.
     *
     * @return false if somebody has been told of its end already
     */
    boolean withdraw() {
        Line now = line;
        boolean first =
                now.outcome() == null
                        && LINE.compareAndSet(
                                this, now, new Line(now.monitor(), internal("no thread took it")));
        flags(RETURNED | (first ? RELEASED : 0));
        if (first) {
            executions.remove(this);
        }
        markReported();
        return first;
    }

    private void markReported() {
        flags(REPORTED);
        CompletableFuture<Boolean> waited = reported;
        if (waited != null) {
            waited.complete(true);
        }
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

    /** {@return completes when the agent's code has really returned and the end has been told} */
    synchronized CompletableFuture<Boolean> reported() {
        CompletableFuture<Boolean> waited = reported;
        if (waited == null) {
            waited = new CompletableFuture<>();
            reported = waited;
            if (!open()) {
                waited.complete(true);
            }
        }
        return waited;
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
        flags(INTERRUPT);
        Thread runner = thread;
        if (runner == null) {
            return; // it will see the flag when it begins
        }
        while (true) {
            int now = flags;
            if ((now & RETURNED) != 0) {
                return; // an interrupt now would meet the next task of the thread
            }
            if ((now & INTERRUPTING) != 0) {
                Thread.onSpinWait();
            } else if (FLAGS.compareAndSet(this, now, now | INTERRUPTING)) {
                runner.interrupt();
                FLAGS.getAndUpdate(this, flagged -> flagged & ~INTERRUPTING);
                return;
            }
        }
    }

    @Override
    public void abandon(TaskOutcome given) {
        cancelled = true;
        if (settle(given) && occupiesPlace()) {
            LOG.warn(
                    "task {} does not stop; agent {} keeps its place until it does",
                    assignment.task(),
                    place.agent());
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

    private void begin() {
        Thread runner = Thread.currentThread();
        thread = runner;
        if ((flags & INTERRUPT) != 0) {
            runner.interrupt();
        }
    }

    /** {@return the flags that it had until now} */
    private int end() {
        while (true) {
            int now = flags;
            if ((now & INTERRUPTING) != 0) {
                Thread.onSpinWait();
            } else if (FLAGS.compareAndSet(this, now, now | RETURNED)) {
                thread = null;
                return now;
            }
        }
    }

    private TaskOutcome call(Agent code, @Nullable ClassLoader loader, TaskContext context) {
        TaskOutcome said;
        try {
            said = ForeignCode.call(loader, () -> code.run(context));
        } catch (AgentFailureException expected) {
            said = new TaskOutcome.Failed(elapsed(), expected.failure());
        } catch (InterruptedException stopped) {
            said = stopped();
        } catch (Throwable bug) { // the edge of the thread: whatever it is, it is reported
            said = broken(bug);
        }
        if (said == null) {
            LOG.error("agent {} returned no outcome of task {}", agent(), assignment.task());
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
                "agent {} was interrupted in task {} by someone else", agent(), assignment.task());
        return internal("the agent was interrupted, and nobody here asked for that");
    }

    private TaskOutcome broken(Throwable bug) {
        if (ending == null) {
            LOG.error("agent {} broke in task {}", agent(), assignment.task(), bug);
        } else {
            LOG.info(
                    "agent {} broke in task {} while it ended: {}",
                    agent(),
                    task(),
                    bug.toString());
        }
        return internal(
                "the agent has a bug: "
                        + bug.getClass().getSimpleName()
                        + "; the log of the node has the details");
    }

    private boolean interruptWasWanted() {
        return (flags & INTERRUPT) != 0;
    }

    private TaskOutcome internal(String sentence) {
        return new TaskOutcome.Failed(
                elapsed(), AgentFailure.of(AgentFailure.Code.INTERNAL, sentence));
    }

    /**
     * The attempt, as the thread runs it and as the agent sees it; has what the execution must not
     * keep after the end.
     */
    private final class Attempt implements Job, TaskContext {

        private final Agent code;
        private final @Nullable ClassLoader loader;
        private @Nullable TaskOutcome result;
        private boolean released;

        Attempt(Agent code, @Nullable ClassLoader loader) {
            this.code = code;
            this.loader = loader;
        }

        @Override
        public void run() {
            try {
                begin();
                if (line.outcome() == null) { // else it was abandoned before a thread took it
                    result = call(code, loader, this);
                }
            } finally {
                released = (end() & RELEASED) != 0;
            }
        }

        @Override
        public void interrupt() {
            RunningTask.this.interrupt();
        }

        @Override
        public void report() {
            if (released) {
                executions.remove(RunningTask.this);
            }
            place.giveBack();
            TaskOutcome outcome = result;
            settle(outcome != null ? outcome : internal("its thread broke"));
            markReported();
        }

        @Override
        public boolean follows(Job before) {
            return before instanceof Attempt last && last.where() == place;
        }

        private Place where() {
            return place;
        }

        @Override
        public void idle() {
            place.idle();
        }

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
            return IdempotencyKey.of(place.session(), assignment.task(), step);
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
