package io.sirsi.task;

import io.sirsi.agent.AgentFailure;
import io.sirsi.agent.AgentId;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * Where a task is in its life: Blocked, Ready, Running and RetryWait alternate, then exactly one of
 * the final states.
 */
public sealed interface TaskState {

    /** The names of the states that are not final. */
    Set<String> UNFINISHED = Set.of("Blocked", "Ready", "Running", "RetryWait");

    /** {@return the state's name for people and filters, such as {@code Running}} */
    default String name() {
        return getClass().getSimpleName();
    }

    /** {@return whether the task has ended} */
    default boolean isFinal() {
        return this instanceof Ended;
    }

    /** One of the final states. */
    sealed interface Ended extends TaskState {

        /** {@return when it ended} */
        Instant at();
    }

    /**
     * It waits for other tasks, for a time, or for both.
     *
     * @param on those that have not ended yet
     * @param until when its time comes, if it waits for one
     */
    record Blocked(Set<TaskId> on, Optional<Instant> until) implements TaskState {
        public Blocked {
            on = Set.copyOf(on);
        }

        /** It waits for other tasks alone. */
        public Blocked(Set<TaskId> on) {
            this(on, Optional.empty());
        }
    }

    /**
     * It waits for an agent.
     *
     * @param since since when
     */
    record Ready(Instant since) implements TaskState {}

    /**
     * An agent runs it.
     *
     * @param agent which
     * @param attempt the attempt's number, from 1
     * @param fence grows with every start of any task; a completion with another fence is refused
     * @param since since when
     */
    record Running(AgentId agent, int attempt, long fence, Instant since) implements TaskState {}

    /**
     * An attempt failed; another follows.
     *
     * @param until when the next may start
     * @param attempt the attempt that failed
     * @param last why it failed
     */
    record RetryWait(Instant until, int attempt, AgentFailure last) implements TaskState {}

    /**
     * It reached its aim.
     *
     * @param at when
     * @param output what came out
     */
    record Succeeded(Instant at, Payload output) implements Ended {}

    /**
     * It did not, and is not tried again.
     *
     * @param at when
     * @param failure why
     */
    record Failed(Instant at, AgentFailure failure) implements Ended {}

    /**
     * It was called off.
     *
     * @param at when
     * @param reason by whom and why
     */
    record Cancelled(Instant at, String reason) implements Ended {}

    /**
     * It waited, or ran, too long.
     *
     * @param at when
     * @param sentence what took too long, and how long was allowed
     */
    record TimedOut(Instant at, String sentence) implements Ended {}

    /**
     * It brought its agent down too often and is kept away from all.
     *
     * @param at when
     * @param failure the last reason
     */
    record Quarantined(Instant at, AgentFailure failure) implements Ended {}

    /**
     * Whether it took effect cannot be known: it was to run at most once, and the node went down
     * while it ran.
     *
     * @param at when
     * @param sentence what is known
     */
    record Unknown(Instant at, String sentence) implements Ended {}
}
