package io.sirsi.scheduler.internal;

import io.sirsi.agent.AgentFailure;
import io.sirsi.agent.AgentRuntime;
import io.sirsi.agent.TaskExecution;
import io.sirsi.journal.FailPoint;
import io.sirsi.journal.JournalException;
import io.sirsi.task.RetryPolicy;
import io.sirsi.task.TaskAttemptFailed;
import io.sirsi.task.TaskOutcome;
import io.sirsi.task.TaskStarted;
import io.sirsi.task.TaskState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Attempts: how they start, what stops them, and how they end. What of an attempt must be on the
 * disk first waits in one of two lines. Guarded by the engine's baton.
 */
final class Attempts {

    private static final Logger LOG = LoggerFactory.getLogger(Attempts.class);

    /** How long an agent that refused a task is left alone. */
    static final Duration REFUSAL_PAUSE = Duration.ofMillis(100);

    /** The longest wait that another side can ask of us. */
    static final Duration LONGEST_DELAY = Duration.ofDays(31);

    /** How many retries there may be for a hundred attempts, and how many in any case a minute. */
    private static final int RETRY_PERCENT = 10;

    private static final int RETRIES_AT_LEAST = 100;

    private final TaskEngine engine;
    private final TaskLife life;
    private final AgentRuntime agents;
    private final MonotonicWall times;
    private final RandomGenerator random;
    private final SchedulerSettings settings;
    private final TaskLog log;
    private final Matching matching;
    private final Outbox outbox;
    private final RetryBudgets budgets = new RetryBudgets(RETRY_PERCENT, RETRIES_AT_LEAST);

    private final Deque<Attempt> handOvers = new ArrayDeque<>();
    private final Deque<Attempt> carefulHandOvers = new ArrayDeque<>();

    final SchedulerMetrics metrics = new SchedulerMetrics();

    private long epoch;
    private long fences;
    long refusedCompletions;

    Attempts(
            TaskEngine engine,
            TaskLife life,
            AgentRuntime agents,
            TaskEngine.World world,
            SchedulerSettings settings,
            TaskEngine.Stores stores) {
        this.engine = engine;
        this.life = life;
        this.agents = agents;
        this.times = world.times();
        this.random = world.random();
        this.settings = settings;
        this.log = stores.log();
        this.matching = stores.matching();
        this.outbox = life.outbox;
    }

    void epoch(long value) {
        epoch = value;
        fences = 0;
    }

    long epoch() {
        return epoch;
    }

    private long nextFence() {
        return (epoch << 40) | ++fences;
    }

    RetryBudget budget(String dependency) {
        return budgets.of(dependency, life.turnNanos);
    }

    /**
     * Hands over what the log has come far enough for.
     *
     * @return whether there was something
     */
    boolean settle(long forced) {
        boolean some = handOver(handOvers, log.journal().written());
        boolean more = handOver(carefulHandOvers, forced);
        return some || more;
    }

    private boolean handOver(Deque<Attempt> line, long position) {
        boolean some = false;
        for (Attempt next = line.peek();
                next != null && next.position <= position;
                next = line.peek()) {
            line.poll();
            handOver(next);
            some = true;
        }
        return some;
    }

    // ---- starting ----

    /** Starts what can start, at most so many. */
    void dispatch(int most) {
        if (!life.starts()) {
            return;
        }
        matching.passTime(life.turnNanos);
        for (int i = 0; i < most; i++) {
            Matching.Pick pick = matching.pick(life.turnNanos);
            if (pick == null) {
                return;
            }
            start(pick.entry(), pick.view());
        }
    }

    private void start(TaskEntry entry, AgentView view) {
        life.wheel.cancel(entry);
        Attempt attempt = new Attempt(engine, entry, view, entry.attempts + 1, nextFence());
        if (!entry.kind.isVolatile) {
            try {
                attempt.began(life.turnNanos, life.instant());
                attempt.position = log.started(attempt, life.instant());
            } catch (JournalException full) {
                matching.takeBack(entry, view);
                matching.putBack(entry);
                life.armQueueTimer(entry);
                refuse(view);
                return;
            }
        }
        life.phase(entry, Phase.RUNNING);
        entry.attempts++;
        entry.attempt = attempt;
        if (entry.kind.isVolatile) {
            handOver(attempt);
        } else if (entry.kind.atMostOnce) {
            carefulHandOvers.add(attempt);
        } else {
            handOvers.add(attempt);
        }
    }

    private void handOver(Attempt attempt) {
        TaskEntry entry = attempt.entry;
        if (entry.attempt != attempt || entry.phase != Phase.RUNNING) {
            return;
        }
        if (attempt.stop != null) {
            attempt.open = false;
            entry.attempt = null;
            matching.giveBack(entry, attempt.view);
            life.end(entry, new TaskState.Cancelled(life.instant(), reason(attempt)));
            return;
        }
        Optional<TaskExecution> execution;
        attempt.began(life.turnNanos, life.instant());
        FailPoint.reach("K5-start-recorded-not-handed-over");
        try {
            execution = agents.tryExecute(attempt.view.id(), attempt);
        } catch (RuntimeException | LinkageError bug) {
            LOG.error("agent {} could not be given task {}", attempt.view.id(), entry.id(), bug);
            execution = Optional.empty();
        }
        if (execution.isEmpty()) {
            takeBack(attempt);
            return;
        }
        attempt.execution = execution.get();
        attempt.handedOver = true;
        if (attempt.number == 1) {
            budget(entry.kind.dependency).attempted(life.turnNanos);
        }
        if (outbox.wants(TaskStarted.class)) {
            outbox.add(
                    attempt.position,
                    new TaskStarted(
                            entry.snapshot(times),
                            Duration.ofNanos(Math.max(0, life.turnNanos - entry.readyNanos)),
                            life.instant()));
        }
        metrics.waited(life.turnNanos - entry.readyNanos);
        life.arm(entry, life.turnNanos + entry.kind.timeoutNanos);
        watch(attempt);
    }

    private void watch(Attempt attempt) {
        long silent = attempt.entry.kind.heartbeatNanos;
        if (silent > 0) {
            Silence silence = new Silence(attempt);
            attempt.silence = silence;
            life.arm(silence, life.turnNanos + silent);
        }
    }

    private void takeBack(Attempt attempt) {
        TaskEntry entry = attempt.entry;
        attempt.open = false;
        entry.attempt = null;
        entry.attempts--;
        if (!entry.kind.isVolatile) {
            life.recorded(entry, () -> log.notStarted(entry));
        }
        life.phase(entry, Phase.READY);
        matching.takeBack(entry, attempt.view);
        if (entry.paused) {
            return;
        }
        matching.putBack(entry);
        life.armQueueTimer(entry);
        refuse(attempt.view);
        life.doubted.addAll(entry.kind.named);
    }

    private void refuse(AgentView view) {
        view.refused = true;
        matching.placeChanged(view);
        life.arm(view, life.turnNanos + REFUSAL_PAUSE.toNanos());
    }

    // ---- stopping an attempt ----

    void wentSilent(Attempt attempt) {
        if (attempt.open) {
            stop(
                    attempt,
                    Attempt.Stop.SILENT,
                    "it gave no sign of life for the "
                            + Words.of(
                                    attempt.entry
                                            .kind
                                            .spec
                                            .heartbeatTimeout()
                                            .orElse(Duration.ZERO))
                            + " that it may be silent");
        }
    }

    /** It has run too long, or was asked to stop too long ago. */
    void due(Attempt attempt) {
        TaskEntry entry = attempt.entry;
        if (attempt.stop == null) {
            stop(
                    attempt,
                    Attempt.Stop.TIMED_OUT,
                    "it ran longer than the "
                            + Words.of(entry.kind.spec.timeout())
                            + " that it may");
        } else if (!attempt.interrupted) {
            attempt.interrupted = true;
            request(attempt, TaskExecution::interrupt);
            life.arm(entry, life.turnNanos + settings.waits().cancelGrace().toNanos());
        } else {
            abandon(attempt);
        }
    }

    /** The first reason to stop counts; a second changes nothing. */
    void stop(Attempt attempt, Attempt.Stop why, String reason) {
        if (attempt.stop != null) {
            return;
        }
        attempt.stop = why;
        attempt.stopReason = reason;
        if (attempt.handedOver) {
            request(attempt, TaskExecution::cancel);
            life.arm(attempt.entry, life.turnNanos + settings.waits().cancelGrace().toNanos());
        }
    }

    private static void request(Attempt attempt, Consumer<TaskExecution> what) {
        TaskExecution execution = attempt.execution;
        if (execution == null) {
            return;
        }
        try {
            what.accept(execution);
        } catch (RuntimeException bug) {
            LOG.error("an agent's execution failed on a request to stop", bug);
        }
    }

    private void abandon(Attempt attempt) {
        Duration ran = ran(attempt);
        TaskOutcome given =
                attempt.stop == Attempt.Stop.CANCELLED
                        ? new TaskOutcome.Cancelled(ran, reason(attempt))
                        : new TaskOutcome.Failed(
                                ran, AgentFailure.of(AgentFailure.Code.TIMED_OUT, reason(attempt)));
        attempt.abandonedWith = given;
        LOG.warn("task {} does not stop and is abandoned", attempt.entry.id());
        finish(attempt, given);
        request(attempt, execution -> execution.abandon(given));
    }

    private static String reason(Attempt attempt) {
        String reason = attempt.stopReason;
        return reason != null ? reason : TaskEngine.STOPPED;
    }

    // ---- the end of an attempt ----

    /** An agent says how it ended; accepted only of the attempt that runs. */
    void completed(Attempt attempt, TaskOutcome outcome) {
        if (!attempt.open || attempt.entry.attempt != attempt) {
            if (outcome != attempt.abandonedWith) {
                refusedCompletions++;
                LOG.info(
                        "a late completion of task {} with fence {} is refused",
                        attempt.entry.id(),
                        attempt.fence);
            }
            return;
        }
        if (life.closed) {
            return; // The execution keeps it for the next scheduler.
        }
        finish(attempt, outcome);
    }

    Duration ran(Attempt attempt) {
        return Duration.ofNanos(Math.max(0, life.turnNanos - attempt.startedNanos));
    }

    private void finish(Attempt attempt, TaskOutcome outcome) {
        TaskEntry entry = attempt.entry;
        life.wheel.cancel(entry);
        if (attempt.silence != null) {
            life.wheel.cancel(attempt.silence);
        }
        attempt.open = false;
        long ran = Math.max(0, life.turnNanos - attempt.startedNanos);
        metrics.ran(ran);
        matching.giveBack(entry, attempt.view);
        if (outcome instanceof TaskOutcome.Succeeded large
                && !entry.kind.isVolatile
                && !log.takes(large.output())) {
            failed(
                    entry,
                    AgentFailure.of(
                            AgentFailure.Code.LIMIT,
                            "its output of "
                                    + large.output().text().length()
                                    + " characters is larger than the task log takes"));
        } else if (outcome instanceof TaskOutcome.Succeeded succeeded) {
            life.end(entry, new TaskState.Succeeded(life.instant(), succeeded.output()));
        } else if (attempt.stop == Attempt.Stop.CANCELLED) {
            life.end(entry, new TaskState.Cancelled(life.instant(), reason(attempt)));
        } else if (attempt.stop == Attempt.Stop.TIMED_OUT) {
            life.end(entry, new TaskState.TimedOut(life.instant(), reason(attempt)));
        } else if (attempt.stop == Attempt.Stop.SILENT) {
            silent(entry, attempt);
        } else if (outcome instanceof TaskOutcome.Cancelled cancelled) {
            life.end(entry, new TaskState.Cancelled(life.instant(), cancelled.reason()));
        } else if (outcome instanceof TaskOutcome.Failed failed) {
            failed(entry, failed.failure());
        }
    }

    /** Whether a silent attempt took effect is not known; only what may run twice runs again. */
    private void silent(TaskEntry entry, Attempt attempt) {
        if (entry.kind.atMostOnce) {
            life.end(
                    entry,
                    new TaskState.Unknown(
                            life.instant(),
                            reason(attempt)
                                    + ", and it was to run at most once; look whether it took"
                                    + " effect"));
        } else {
            failed(entry, AgentFailure.of(AgentFailure.Code.TIMED_OUT, reason(attempt)));
        }
    }

    private void failed(TaskEntry entry, AgentFailure failure) {
        if (entry.rare != null && entry.rare.cancelReason != null) {
            life.end(entry, new TaskState.Cancelled(life.instant(), entry.rare.cancelReason));
            return;
        }
        if (entry.kind.atMostOnce
                || !failure.retryable()
                || entry.attempts - entry.crashes >= entry.kind.retry.attempts()) {
            life.end(entry, new TaskState.Failed(life.instant(), failure));
            return;
        }
        Attempt attempt = entry.attempt;
        Duration delay = delay(entry, failure);
        // A turn may have begun before the failure: counted from there, the retry would be early.
        long now = times.now();
        TaskEntry.Rare rare = entry.rare();
        rare.lastFailure = failure;
        rare.until = times.wall(now).plus(delay);
        life.phase(entry, Phase.RETRY_WAIT);
        entry.attempt = null;
        FailPoint.reach("K10-retry-scheduling");
        if (!entry.kind.isVolatile) {
            Instant until = rare.until;
            life.recorded(entry, () -> log.attemptFailed(entry, failure, until));
        }
        release(attempt);
        if (outbox.wants(TaskAttemptFailed.class)) {
            outbox.add(
                    entry.position,
                    new TaskAttemptFailed(entry.snapshot(times), failure, life.instant()));
        }
        life.arm(entry, now + delay.toNanos());
        life.doubted.addAll(entry.kind.named);
    }

    /** The execution may forget its outcome once the log has it. */
    private void release(@Nullable Attempt attempt) {
        if (attempt == null || attempt.execution == null) {
            return;
        }
        TaskExecution execution = attempt.execution;
        long position = attempt.entry.position;
        if (attempt.entry.kind.isVolatile || position <= log.journal().forced()) {
            execution.release();
        } else {
            life.await(new Release(position, execution));
        }
    }

    private record Release(long position, TaskExecution execution) implements TaskLife.Waiter {
        @Override
        public void reached() {
            execution.release();
        }

        @Override
        public void failed(RuntimeException why) {
            // It keeps its outcome for whoever reads the log next.
        }
    }

    /** Full jitter or none, but never sooner than the other side asked for. */
    private Duration delay(TaskEntry entry, AgentFailure failure) {
        Duration ceiling =
                shorter(entry.kind.retry.ceilingAfter(Math.max(1, entry.attempts - entry.crashes)));
        Duration chosen =
                entry.kind.retry.backoff() == RetryPolicy.Backoff.FULL_JITTER
                        ? Duration.ofNanos(random.nextLong(ceiling.toNanos() + 1))
                        : ceiling;
        Duration asked = shorter(failure.retryAfter().orElse(Duration.ZERO));
        return chosen.compareTo(asked) < 0 ? asked : chosen;
    }

    private static Duration shorter(Duration delay) {
        return delay.compareTo(LONGEST_DELAY) > 0 ? LONGEST_DELAY : delay;
    }

    /** Watches for signs of life. */
    static final class Silence extends TimerNode {
        final Attempt attempt;

        Silence(Attempt attempt) {
            this.attempt = attempt;
        }
    }

    // ---- words of a running attempt ----

    void alive(Attempt attempt, String token) {
        if (!attempt.open || life.closed) {
            return;
        }
        if (attempt.silence != null) {
            life.arm(attempt.silence, life.turnNanos + attempt.entry.kind.heartbeatNanos);
        }
        if (!token.isEmpty()) {
            attempt.entry.rare().resumeToken = token;
            if (!attempt.entry.kind.isVolatile) {
                life.recorded(attempt.entry, () -> log.checkpoint(attempt.entry, token));
            }
        }
    }

    /** Takes over an attempt that outlived the scheduler before. */
    void adopt(TaskEntry entry, Attempt attempt, TaskExecution execution, boolean viewKnown) {
        entry.attempt = attempt;
        attempt.execution = execution;
        attempt.handedOver = true;
        if (viewKnown) {
            matching.adopt(entry, attempt.view, life.turnNanos);
        } else {
            attempt.view.running++;
        }
        TaskEntry.Rare rare = entry.rare;
        long used = Math.max(0, Duration.between(attempt.startedAt(), life.instant()).toNanos());
        attempt.startedNanos = life.turnNanos - used;
        life.arm(entry, life.turnNanos + Math.max(0, entry.kind.timeoutNanos - used));
        watch(attempt);
        if (rare != null && rare.cancelReason != null) {
            stop(attempt, Attempt.Stop.CANCELLED, rare.cancelReason);
        }
    }

    /** What has been prepared and not handed over is taken back; for the end. */
    void takeBackAll() {
        List<Attempt> open = new ArrayList<>(handOvers);
        open.addAll(carefulHandOvers);
        handOvers.clear();
        carefulHandOvers.clear();
        for (Attempt attempt : open) {
            if (attempt.entry.attempt == attempt && attempt.open) {
                if (attempt.stop != null) {
                    handOver(attempt); // It was called off, which ends it.
                } else {
                    life.recorded(attempt.entry, () -> log.notStarted(attempt.entry));
                }
            }
        }
    }
}
