package io.sirsi.spi.agent;

import io.sirsi.agent.AgentFailure;
import java.util.Objects;

/**
 * Carries an expected failure up the stack of an agent, to become a value at its edge. Has no stack
 * of its own.
 */
public final class AgentFailureException extends Exception {

    private static final long serialVersionUID = 1L;

    private final transient AgentFailure failure;

    /**
     * Carries a failure.
     *
     * @param failure the failure
     */
    public AgentFailureException(AgentFailure failure) {
        super(failure.sentence(), null, false, false);
        this.failure = Objects.requireNonNull(failure, "failure");
    }

    /** {@return the failure} */
    public AgentFailure failure() {
        return failure;
    }
}
