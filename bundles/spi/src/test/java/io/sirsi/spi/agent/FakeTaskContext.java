package io.sirsi.spi.agent;

import io.sirsi.session.SessionId;
import io.sirsi.task.Payload;
import io.sirsi.task.TaskId;
import io.sirsi.task.TaskSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One attempt of a task that remembers what was submitted, how far it said it was, and what else it
 * said. Its time stands still. As the real one does, it gives the same name to a second submission
 * with the same idempotency key. Thread-safe.
 */
public final class FakeTaskContext implements TaskContext {

    /** Where the task lives. */
    public static final SessionId SESSION = new SessionId("s-" + "0".repeat(26));

    private final TaskSpec spec;
    private final List<TaskSpec> submitted = new ArrayList<>();
    private final Map<String, TaskId> keys = new LinkedHashMap<>();
    private final Map<TaskId, Payload> outputs = new LinkedHashMap<>();
    private final List<String> lines = new ArrayList<>();
    private Optional<String> resumeToken = Optional.empty();
    private long done;
    private int signsOfLife;
    private boolean cancelled;

    /** The first attempt of a task with this specification. */
    public FakeTaskContext(TaskSpec spec) {
        this.spec = spec;
    }

    /** From now on, it is cancelled. */
    public synchronized FakeTaskContext cancel() {
        cancelled = true;
        return this;
    }

    /** A task that this one depends on has succeeded with this output. */
    public synchronized FakeTaskContext withOutputOf(TaskId dependency, Payload output) {
        outputs.put(dependency, output);
        return this;
    }

    /** An earlier attempt left this token. */
    public synchronized FakeTaskContext resumingFrom(String token) {
        resumeToken = Optional.of(token);
        return this;
    }

    /** {@return what was submitted, without the labels that it inherits} */
    public synchronized List<TaskSpec> submitted() {
        return List.copyOf(submitted);
    }

    /** {@return how many parts it last said were done} */
    public synchronized long done() {
        return done;
    }

    /** {@return the lines that it said, in order} */
    public synchronized List<String> lines() {
        return List.copyOf(lines);
    }

    /** {@return how often it gave a sign of life, in whatever way} */
    public synchronized int signsOfLife() {
        return signsOfLife;
    }

    @Override
    public TaskId id() {
        return name(0);
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
        return Duration.ofMillis(7);
    }

    @Override
    public Duration remaining() {
        return spec.timeout().minus(elapsed());
    }

    @Override
    public synchronized boolean cancelled() {
        return cancelled;
    }

    @Override
    public synchronized void progress(long newDone, long total, String note) {
        done = newDone;
        signsOfLife++;
    }

    @Override
    public synchronized void heartbeat() {
        signsOfLife++;
    }

    @Override
    public synchronized void checkpoint(String token) {
        if (token.isEmpty() || token.length() > 4_096) {
            throw new IllegalArgumentException(
                    "a resume token must have 1 to 4096 characters, not " + token.length());
        }
        resumeToken = Optional.of(token);
        signsOfLife++;
    }

    @Override
    public synchronized Optional<String> resumeToken() {
        return resumeToken;
    }

    @Override
    public synchronized void log(String line) {
        lines.add(line);
    }

    @Override
    public String idempotencyKey(String step) {
        return IdempotencyKey.of(SESSION, id(), step);
    }

    @Override
    public synchronized TaskId submit(TaskSpec wanted) {
        String key = wanted.idempotencyKey().orElse("");
        TaskId known = keys.get(key);
        if (known != null) {
            return known;
        }
        submitted.add(wanted);
        TaskId name = name(submitted.size());
        if (!key.isEmpty()) {
            keys.put(key, name);
        }
        return name;
    }

    @Override
    public synchronized Optional<Payload> outputOf(TaskId dependency) {
        return Optional.ofNullable(outputs.get(dependency));
    }

    private static TaskId name(int number) {
        return TaskId.of(0, number);
    }
}
