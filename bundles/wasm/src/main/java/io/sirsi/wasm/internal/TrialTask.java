package io.sirsi.wasm.internal;

import io.sirsi.failure.RefusedException;
import io.sirsi.session.SessionId;
import io.sirsi.spi.agent.IdempotencyKey;
import io.sirsi.spi.agent.TaskContext;
import io.sirsi.task.Payload;
import io.sirsi.task.TaskId;
import io.sirsi.task.TaskSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * A task that no scheduler knows: its lines are kept, what would outlive it is refused.
 * Thread-safe.
 */
final class TrialTask implements TaskContext {

    /** A session that does not exist; nothing lives in it. */
    static final SessionId SESSION = new SessionId("s-" + "0".repeat(26));

    private static final int MAX_LINES = 1_000;

    private final TaskSpec spec;
    private final LongSupplier nanoTime;
    private final long begin;
    private final List<String> lines = new ArrayList<>();

    /**
     * Begins a trial.
     *
     * @param spec what is asked for
     * @param nanoTime the time
     */
    TrialTask(TaskSpec spec, LongSupplier nanoTime) {
        this.spec = spec;
        this.nanoTime = nanoTime;
        this.begin = nanoTime.getAsLong();
    }

    /** {@return what was logged, oldest first; the first thousand lines} */
    synchronized List<String> lines() {
        return List.copyOf(lines);
    }

    @Override
    public TaskId id() {
        return TaskId.of(0, 0);
    }

    @Override
    public TaskSpec spec() {
        return spec;
    }

    @Override
    public int attempt() {
        return 1;
    }

    @Override
    public long fence() {
        return 1;
    }

    @Override
    public Duration elapsed() {
        return Duration.ofNanos(nanoTime.getAsLong() - begin);
    }

    @Override
    public Duration remaining() {
        Duration left = spec.timeout().minus(elapsed());
        return left.isNegative() ? Duration.ZERO : left;
    }

    @Override
    public boolean cancelled() {
        return remaining().isZero();
    }

    @Override
    public void progress(long done, long total, String note) {
        add("progress: " + done + (total > 0 ? " of " + total : "") + " " + note);
    }

    @Override
    public void heartbeat() {
        // Nobody waits for a sign of life of a trial.
    }

    @Override
    public void checkpoint(String resumeToken) {
        add("checkpoint: " + resumeToken);
    }

    @Override
    public Optional<String> resumeToken() {
        return Optional.empty();
    }

    @Override
    public void log(String line) {
        add(line);
    }

    @Override
    public String idempotencyKey(String step) {
        return IdempotencyKey.of(SESSION, id(), step);
    }

    @Override
    public TaskId submit(TaskSpec wanted) {
        throw RefusedException.conflict(
                "a trial submits no tasks; install the module and submit one to its agent");
    }

    @Override
    public Optional<Payload> outputOf(TaskId dependency) {
        return Optional.empty();
    }

    private synchronized void add(String line) {
        if (lines.size() < MAX_LINES) {
            lines.add(line);
        }
    }
}
