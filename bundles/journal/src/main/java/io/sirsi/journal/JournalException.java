package io.sirsi.journal;

import java.util.Objects;

/** A log did not take a record, or cannot keep one any more. The message is for people. */
public final class JournalException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final JournalState state;

    /**
     * Makes one.
     *
     * @param state why, for machines
     * @param sentence why, for people
     */
    public JournalException(JournalState state, String sentence) {
        super(sentence);
        this.state = Objects.requireNonNull(state, "state");
    }

    /** {@return the state of the log that is the reason} */
    public JournalState state() {
        return state;
    }
}
