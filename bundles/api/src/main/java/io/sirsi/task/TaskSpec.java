package io.sirsi.task;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * What is wanted of a new task. An immutable value; each wish returns a changed copy.
 *
 * <pre>{@code
 * TaskSpec.of("infrastructure-scan").priority(Priority.HIGH).after(parent)
 *         .constraint(AgentConstraint.requireCapability("aws")).timeout(Duration.ofMinutes(30));
 * }</pre>
 */
public final class TaskSpec {

    private static final Pattern TYPE = Pattern.compile("[a-z][a-z0-9.-]{0,62}");
    private static final int MAX_KEY_LENGTH = 64;

    private final String type;
    private final Wishes wishes;

    /** What can be wished for; changed only while a new specification is made of it. */
    private static final class Wishes {
        private Priority priority = Priority.NORMAL;
        private List<Dependency> dependencies = List.of();
        private List<AgentConstraint> constraints = List.of();
        private Duration timeout = Duration.ofMinutes(10);
        private Optional<Duration> queueTimeout = Optional.empty();
        private RetryPolicy retry = RetryPolicy.DEFAULT;
        private Payload input = Payload.NONE;
        private Map<String, String> labels = Map.of();
        private Optional<String> idempotencyKey = Optional.empty();
        private Optional<String> traceParent = Optional.empty();

        private Wishes() {}

        private Wishes(Wishes other) {
            priority = other.priority;
            dependencies = other.dependencies;
            constraints = other.constraints;
            timeout = other.timeout;
            queueTimeout = other.queueTimeout;
            retry = other.retry;
            input = other.input;
            labels = other.labels;
            idempotencyKey = other.idempotencyKey;
            traceParent = other.traceParent;
        }

        private List<Object> all() {
            return List.of(
                    priority,
                    dependencies,
                    constraints,
                    timeout,
                    queueTimeout,
                    retry,
                    input,
                    labels,
                    idempotencyKey,
                    traceParent);
        }
    }

    private TaskSpec(String type, Wishes wishes) {
        this.type = type;
        this.wishes = wishes;
    }

    /**
     * Begins a specification: NORMAL priority, no dependencies, any agent that runs this type, ten
     * minutes a run, the default retries, no input.
     *
     * @param type what is to be done: lower-case letters, digits, dots and dashes, 1 to 63
     *     characters
     * @return the specification
     */
    public static TaskSpec of(String type) {
        if (!TYPE.matcher(type).matches()) {
            throw new IllegalArgumentException("not a task type: '" + type + "'");
        }
        return new TaskSpec(type, new Wishes());
    }

    /** {@return a copy with this priority} */
    public TaskSpec priority(Priority priority) {
        Objects.requireNonNull(priority, "priority");
        return with(copy -> copy.priority = priority);
    }

    /** {@return a copy that also waits for the success of a task} */
    public TaskSpec after(TaskId parent) {
        return after(new Dependency(parent, Dependency.Condition.SUCCESS));
    }

    /** {@return a copy that also waits for the end of a task, however it ends} */
    public TaskSpec afterAnyEnd(TaskId parent) {
        return after(new Dependency(parent, Dependency.Condition.ANY_END));
    }

    /** {@return a copy with one more dependency} */
    public TaskSpec after(Dependency dependency) {
        return with(copy -> copy.dependencies = append(copy.dependencies, dependency));
    }

    /** {@return a copy with one more constraint} */
    public TaskSpec constraint(AgentConstraint constraint) {
        return with(copy -> copy.constraints = append(copy.constraints, constraint));
    }

    /**
     * Limits one run.
     *
     * @param timeout the longest time from start to end of one attempt; positive, at most 31 days
     * @return a copy
     */
    public TaskSpec timeout(Duration timeout) {
        checkTimeout(timeout);
        return with(copy -> copy.timeout = timeout);
    }

    /**
     * Limits the wait.
     *
     * @param timeout the longest time in Ready before a first attempt starts; positive, at most 31
     *     days
     * @return a copy
     */
    public TaskSpec queueTimeout(Duration timeout) {
        checkTimeout(timeout);
        return with(copy -> copy.queueTimeout = Optional.of(timeout));
    }

    /** {@return a copy with this retry policy} */
    public TaskSpec retry(RetryPolicy retry) {
        Objects.requireNonNull(retry, "retry");
        return with(copy -> copy.retry = retry);
    }

    /** {@return a copy with this input} */
    public TaskSpec input(Payload input) {
        Objects.requireNonNull(input, "input");
        return with(copy -> copy.input = input);
    }

    /** {@return a copy with one more label, by which tasks are found again} */
    public TaskSpec label(String key, String value) {
        Map<String, String> more = new LinkedHashMap<>(wishes.labels);
        more.put(key, value);
        return with(copy -> copy.labels = Map.copyOf(more));
    }

    /**
     * Makes a second submission of the same thing harmless: within one session, a key names one
     * task.
     *
     * @param key 1 to 64 printable ASCII characters
     * @return a copy
     */
    public TaskSpec idempotencyKey(String key) {
        if (key.isEmpty()
                || key.length() > MAX_KEY_LENGTH
                || key.chars().anyMatch(c -> c < 0x21 || c > 0x7e)) {
            throw new IllegalArgumentException(
                    "an idempotency key is 1 to 64 printable ASCII characters: '" + key + "'");
        }
        return with(copy -> copy.idempotencyKey = Optional.of(key));
    }

    /** {@return a copy in a trace, named as W3C Trace Context does} */
    public TaskSpec traceParent(String traceParent) {
        return with(copy -> copy.traceParent = Optional.of(traceParent));
    }

    /** {@return what is to be done} */
    public String type() {
        return type;
    }

    /** {@return how urgent it is} */
    public Priority priority() {
        return wishes.priority;
    }

    /** {@return what it waits for} */
    public List<Dependency> dependencies() {
        return wishes.dependencies;
    }

    /** {@return who may run it} */
    public List<AgentConstraint> constraints() {
        return wishes.constraints;
    }

    /** {@return the longest time of one attempt} */
    public Duration timeout() {
        return wishes.timeout;
    }

    /** {@return the longest wait for a first attempt, once ready} */
    public Optional<Duration> queueTimeout() {
        return wishes.queueTimeout;
    }

    /** {@return when it is tried again} */
    public RetryPolicy retry() {
        return wishes.retry;
    }

    /** {@return what goes in} */
    public Payload input() {
        return wishes.input;
    }

    /** {@return by which it is found again} */
    public Map<String, String> labels() {
        return wishes.labels;
    }

    /** {@return the key that makes a second submission harmless} */
    public Optional<String> idempotencyKey() {
        return wishes.idempotencyKey;
    }

    /** {@return the trace that it is part of} */
    public Optional<String> traceParent() {
        return wishes.traceParent;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TaskSpec that
                && type.equals(that.type)
                && wishes.all().equals(that.wishes.all());
    }

    @Override
    public int hashCode() {
        return Objects.hash(type, wishes.all());
    }

    @Override
    public String toString() {
        return "TaskSpec[" + type + ", " + wishes.priority + "]";
    }

    private TaskSpec with(Consumer<Wishes> change) {
        Wishes copy = new Wishes(wishes);
        change.accept(copy);
        return new TaskSpec(type, copy);
    }

    private static <T> List<T> append(List<T> some, T one) {
        List<T> more = new ArrayList<>(some);
        more.add(one);
        return List.copyOf(more);
    }

    private static void checkTimeout(Duration timeout) {
        if (timeout.isNegative()
                || timeout.isZero()
                || timeout.compareTo(Duration.ofDays(31)) > 0) {
            throw new IllegalArgumentException(
                    "timeout must be positive and at most 31 days: " + timeout);
        }
    }
}
