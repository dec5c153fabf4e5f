package io.sirsi.task;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

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
    private static final Pattern LIMIT_KEY = Pattern.compile("[\\w.-]+(/[\\w.-]+)*");
    private static final int MAX_KEY_LENGTH = 64;
    private static final int MAX_LIMIT_KEYS = 4;
    private static final Duration MAX_DELAY = Duration.ofDays(366);

    private final String type;
    private final Wishes wishes;

    /** What many tasks have in common; changed only while a new specification is made of it. */
    private static final class Wishes {
        private Priority priority = Priority.NORMAL;
        private List<AgentConstraint> constraints = List.of();
        private Duration timeout = Duration.ofMinutes(10);
        private Optional<Duration> queueTimeout = Optional.empty();
        private RetryPolicy retry = RetryPolicy.DEFAULT;
        private Delivery delivery = Delivery.AT_LEAST_ONCE;
        private Join join = Join.ALL_OF;
        private ParentFailure onParentFailure = ParentFailure.CANCEL;
        private Optional<Instant> notBefore = Optional.empty();
        private Duration delay = Duration.ZERO;
        private Optional<Recurrence> recurrence = Optional.empty();
        private List<String> limitKeys = List.of();
        private Optional<Duration> heartbeatTimeout = Optional.empty();

        private Wishes() {}

        private Wishes(Wishes other) {
            priority = other.priority;
            constraints = other.constraints;
            timeout = other.timeout;
            queueTimeout = other.queueTimeout;
            retry = other.retry;
            delivery = other.delivery;
            join = other.join;
            onParentFailure = other.onParentFailure;
            notBefore = other.notBefore;
            delay = other.delay;
            recurrence = other.recurrence;
            limitKeys = other.limitKeys;
            heartbeatTimeout = other.heartbeatTimeout;
        }

        private List<Object> all() {
            return List.of(
                    priority,
                    constraints,
                    timeout,
                    queueTimeout,
                    retry,
                    delivery,
                    join,
                    onParentFailure,
                    notBefore,
                    delay,
                    recurrence,
                    limitKeys,
                    heartbeatTimeout);
        }
    }

    /** What is one task's own. */
    private record Own(
            List<Dependency> dependencies,
            Payload input,
            Map<String, String> labels,
            Optional<String> idempotencyKey,
            Optional<String> traceParent) {

        static final Own NOTHING =
                new Own(List.of(), Payload.NONE, Map.of(), Optional.empty(), Optional.empty());
    }

    private final Own own;
    private final TaskSpec base;

    /** Computed when it is first asked for, since specifications are looked up by value. */
    private int hash;

    private TaskSpec(String type, Wishes wishes, Own own, @Nullable TaskSpec base) {
        this.type = type;
        this.wishes = wishes;
        this.own = own;
        this.base = base == null ? (own.equals(Own.NOTHING) ? this : bare(type, wishes)) : base;
    }

    private static TaskSpec bare(String type, Wishes wishes) {
        return new TaskSpec(type, wishes, Own.NOTHING, null);
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
        return bare(type, new Wishes());
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
        return owning(
                new Own(
                        append(own.dependencies, dependency),
                        own.input,
                        own.labels,
                        own.idempotencyKey,
                        own.traceParent));
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
        return owning(
                new Own(own.dependencies, input, own.labels, own.idempotencyKey, own.traceParent));
    }

    /** {@return a copy with one more label, by which tasks are found again} */
    public TaskSpec label(String key, String value) {
        Map<String, String> more = new LinkedHashMap<>(own.labels);
        more.put(key, value);
        return owning(
                new Own(
                        own.dependencies,
                        own.input,
                        Map.copyOf(more),
                        own.idempotencyKey,
                        own.traceParent));
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
        return owning(
                new Own(
                        own.dependencies,
                        own.input,
                        own.labels,
                        Optional.of(key),
                        own.traceParent));
    }

    /** {@return a copy in a trace, named as W3C Trace Context does} */
    public TaskSpec traceParent(String traceParent) {
        return owning(
                new Own(
                        own.dependencies,
                        own.input,
                        own.labels,
                        own.idempotencyKey,
                        Optional.of(traceParent)));
    }

    /** {@return a copy that is delivered in this way} */
    public TaskSpec delivery(Delivery delivery) {
        Objects.requireNonNull(delivery, "delivery");
        return with(copy -> copy.delivery = delivery);
    }

    /** {@return a copy that waits for so many of its dependencies} */
    public TaskSpec join(Join join) {
        Objects.requireNonNull(join, "join");
        return with(copy -> copy.join = join);
    }

    /** {@return a copy for which this happens when a dependency does not end as it should} */
    public TaskSpec onParentFailure(ParentFailure policy) {
        Objects.requireNonNull(policy, "policy");
        return with(copy -> copy.onParentFailure = policy);
    }

    /**
     * Names the earliest start on the wall clock.
     *
     * @param instant before which it does not start
     * @return a copy
     */
    public TaskSpec notBefore(Instant instant) {
        Objects.requireNonNull(instant, "instant");
        return with(copy -> copy.notBefore = Optional.of(instant));
    }

    /**
     * Names the earliest start from the moment of submission, whatever the wall clock does.
     *
     * @param delay not negative, at most 366 days
     * @return a copy
     */
    public TaskSpec delay(Duration delay) {
        if (delay.isNegative() || delay.compareTo(MAX_DELAY) > 0) {
            throw new IllegalArgumentException(
                    "a delay is not negative and at most 366 days: " + delay);
        }
        return with(copy -> copy.delay = delay);
    }

    /** {@return a copy that comes again; the first time is the next that the recurrence names} */
    public TaskSpec recurring(Recurrence recurrence) {
        Objects.requireNonNull(recurrence, "recurrence");
        return with(copy -> copy.recurrence = Optional.of(recurrence));
    }

    /**
     * Shares the limits that the node sets for a key, such as {@code
     * aws/123456789012/eu-west-1/ec2}; a task has at most four keys.
     *
     * @param key parts of letters, digits, dashes, dots and underscores with slashes between them,
     *     at most 128 characters
     * @return a copy
     */
    public TaskSpec limitKey(String key) {
        if (key.length() > 128 || !LIMIT_KEY.matcher(key).matches()) {
            throw new IllegalArgumentException(
                    "a limit's key is parts with slashes between them: '" + key + "'");
        }
        if (wishes.limitKeys.size() >= MAX_LIMIT_KEYS) {
            throw new IllegalArgumentException("a task has at most four limit keys: '" + key + "'");
        }
        return with(copy -> copy.limitKeys = append(copy.limitKeys, key));
    }

    /**
     * Wants signs of life: an attempt that gives none for so long is stopped and counts as failed.
     *
     * @param timeout positive, at most 31 days
     * @return a copy
     */
    public TaskSpec heartbeatTimeout(Duration timeout) {
        checkTimeout(timeout);
        return with(copy -> copy.heartbeatTimeout = Optional.of(timeout));
    }

    /**
     * {@return the same without what is one task's own: dependencies, input, labels, idempotency
     * key and trace; specifications that differ in these only and were made from one another share
     * one object}
     */
    public TaskSpec base() {
        return base;
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
        return own.dependencies;
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
        return own.input;
    }

    /** {@return by which it is found again} */
    public Map<String, String> labels() {
        return own.labels;
    }

    /** {@return the key that makes a second submission harmless} */
    public Optional<String> idempotencyKey() {
        return own.idempotencyKey;
    }

    /** {@return the trace that it is part of} */
    public Optional<String> traceParent() {
        return own.traceParent;
    }

    /** {@return how often it may run} */
    public Delivery delivery() {
        return wishes.delivery;
    }

    /** {@return how many of its dependencies it waits for} */
    public Join join() {
        return wishes.join;
    }

    /** {@return what happens when a dependency does not end as it should} */
    public ParentFailure onParentFailure() {
        return wishes.onParentFailure;
    }

    /** {@return its earliest start on the wall clock} */
    public Optional<Instant> notBefore() {
        return wishes.notBefore;
    }

    /** {@return its earliest start from its submission} */
    public Duration delay() {
        return wishes.delay;
    }

    /** {@return how it comes again} */
    public Optional<Recurrence> recurrence() {
        return wishes.recurrence;
    }

    /** {@return whose limits it shares} */
    public List<String> limitKeys() {
        return wishes.limitKeys;
    }

    /** {@return the longest time without a sign of life} */
    public Optional<Duration> heartbeatTimeout() {
        return wishes.heartbeatTimeout;
    }

    @Override
    public boolean equals(Object other) {
        return this == other
                || other instanceof TaskSpec that
                && hashCode() == that.hashCode()
                && type.equals(that.type)
                && (wishes == that.wishes || wishes.all().equals(that.wishes.all()))
                && own.equals(that.own);
    }

    @Override
    public int hashCode() {
        int known = hash;
        if (known == 0) {
            known = Objects.hash(type, wishes.all(), own);
            hash = known;
        }
        return known;
    }

    @Override
    public String toString() {
        return "TaskSpec[" + type + ", " + wishes.priority + "]";
    }

    private TaskSpec with(Consumer<Wishes> change) {
        Wishes copy = new Wishes(wishes);
        change.accept(copy);
        return new TaskSpec(type, copy, own, null);
    }

    private TaskSpec owning(Own changed) {
        return new TaskSpec(type, wishes, changed, base);
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
