package io.sirsi.failure;

import java.util.Objects;

/**
 * A request that was not carried out, with nothing half-done left behind. The message is one
 * complete sentence for people: what was wrong, with which value, what to do next. Doors print the
 * message and never the stack.
 */
public final class RefusedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Why a request was refused, for machines. */
    public enum Reason {
        /** The caller may not do this. */
        DENIED,
        /** The named thing does not exist, or not for this caller. */
        NOT_FOUND,
        /** A value of the request makes no sense. */
        INVALID,
        /** A quota or limit would be exceeded. */
        LIMIT,
        /** The state of the thing does not allow it. */
        CONFLICT,
        /** A part that is needed is not there at the moment; trying later may succeed. */
        UNAVAILABLE
    }

    private final Reason reason;

    /**
     * Makes a refusal.
     *
     * @param reason why, for machines
     * @param sentence why, for people: what, which value, what next
     */
    public RefusedException(Reason reason, String sentence) {
        super(Objects.requireNonNull(sentence, "sentence"));
        this.reason = Objects.requireNonNull(reason, "reason");
    }

    /**
     * Makes a refusal that another failure led to.
     *
     * @param reason why, for machines
     * @param sentence why, for people
     * @param cause what led to it; logged, never shown
     */
    public RefusedException(Reason reason, String sentence, Throwable cause) {
        super(Objects.requireNonNull(sentence, "sentence"), cause);
        this.reason = Objects.requireNonNull(reason, "reason");
    }

    /** {@return why, for machines} */
    public Reason reason() {
        return reason;
    }

    /** {@return a refusal because of a value that makes no sense} */
    public static RefusedException invalid(String sentence) {
        return new RefusedException(Reason.INVALID, sentence);
    }

    /** {@return a refusal because the named thing does not exist} */
    public static RefusedException notFound(String sentence) {
        return new RefusedException(Reason.NOT_FOUND, sentence);
    }

    /** {@return a refusal because the caller may not do this} */
    public static RefusedException denied(String sentence) {
        return new RefusedException(Reason.DENIED, sentence);
    }

    /** {@return a refusal because a limit would be exceeded} */
    public static RefusedException limit(String sentence) {
        return new RefusedException(Reason.LIMIT, sentence);
    }

    /** {@return a refusal because the state of the thing does not allow it} */
    public static RefusedException conflict(String sentence) {
        return new RefusedException(Reason.CONFLICT, sentence);
    }

    /** {@return a refusal because something needed is not there at the moment} */
    public static RefusedException unavailable(String sentence) {
        return new RefusedException(Reason.UNAVAILABLE, sentence);
    }
}
