package io.sirsi.journal;

/** How a log is. */
public enum JournalState {
    /** It takes records. */
    OPEN,
    /** The disk is full: it takes reserved records only, and opens again by itself. */
    FULL,
    /** The disk reported an error: nothing is taken until the log is opened anew. */
    FAILED,
    /** It is closed. */
    CLOSED
}
