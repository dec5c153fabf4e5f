package io.sirsi.session;

/** The life of a session: Active and Suspended alternate, Expired and Terminated are final. */
public enum SessionState {
    /** Agents may be spawned, tasks run. */
    ACTIVE,
    /** Nothing new starts; what runs may finish. */
    SUSPENDED,
    /** Its time ran out; its agents were terminated. */
    EXPIRED,
    /** Its owner or an administrator ended it. */
    TERMINATED;

    /** {@return whether nothing can happen in it any more} */
    public boolean isFinal() {
        return this == EXPIRED || this == TERMINATED;
    }
}
