package io.sirsi.agent;

import java.time.Duration;
import java.util.Optional;

/**
 * Why something did not work, as a value.
 *
 * @param code for machines; its flag says whether trying again can help
 * @param sentence for people: what, with which value; never a secret
 * @param retryAfter the shortest useful wait, where the other side named one
 */
public record AgentFailure(Code code, String sentence, Optional<Duration> retryAfter) {

    /** Kinds of failure. */
    public enum Code {
        /** No answer from the other side. */
        UNREACHABLE(true),
        /** The other side asks for patience. */
        THROTTLED(true),
        /** The other side answered that it is broken. */
        REMOTE_ERROR(true),
        /** It took longer than allowed. */
        TIMED_OUT(true),
        /** The agent, or its bundle, went away. */
        GONE(true),
        /** The other side does not know who we are: no, wrong or expired credentials. */
        UNAUTHENTICATED(false),
        /** The other side knows us and says no. */
        FORBIDDEN(false),
        /** What was named does not exist. */
        NOT_FOUND(false),
        /** A value makes no sense. */
        INVALID(false),
        /** This agent cannot do that. */
        UNSUPPORTED(false),
        /** A quota of ours or theirs is used up. */
        LIMIT(false),
        /** Our own fault; the log has the stack. */
        INTERNAL(false);

        private final boolean retryable;

        Code(boolean retryable) {
            this.retryable = retryable;
        }

        /** {@return whether trying again can help} */
        public boolean retryable() {
            return retryable;
        }
    }

    /** {@return a failure without a named wait} */
    public static AgentFailure of(Code code, String sentence) {
        return new AgentFailure(code, sentence, Optional.empty());
    }

    /** {@return no answer from an endpoint} */
    public static AgentFailure unreachable(String endpoint) {
        return of(Code.UNREACHABLE, "no answer from " + endpoint);
    }

    /** {@return the other side asks for patience} */
    public static AgentFailure throttled(String sentence, Optional<Duration> retryAfter) {
        return new AgentFailure(Code.THROTTLED, sentence, retryAfter);
    }

    /** {@return the agent, or its bundle, went away} */
    public static AgentFailure gone(String sentence) {
        return of(Code.GONE, sentence);
    }

    /** {@return whether trying again can help} */
    public boolean retryable() {
        return code.retryable();
    }
}
