package io.sirsi.jmx;

import javax.management.ConstructorParameters;

/** A scan as it stood at one moment. */
public final class ScanView {

    private final String id;
    private final String owner;
    private final String state;
    private final String startedAt;
    private final long seconds;

    /**
     * Makes a value; a client's proxy does, too.
     *
     * @param id its name
     * @param owner the account that started it
     * @param state RUNNING, COMPLETE, PARTIAL, CANCELLED or INTERRUPTED
     * @param startedAt when it began, ISO 8601 in UTC
     * @param seconds how long it took, or has taken so far
     */
    @ConstructorParameters({"id", "owner", "state", "startedAt", "seconds"})
    public ScanView(String id, String owner, String state, String startedAt, long seconds) {
        this.id = id;
        this.owner = owner;
        this.state = state;
        this.startedAt = startedAt;
        this.seconds = seconds;
    }

    /** {@return its name} */
    public String getId() {
        return id;
    }

    /** {@return the account that started it} */
    public String getOwner() {
        return owner;
    }

    /** {@return RUNNING, COMPLETE, PARTIAL, CANCELLED or INTERRUPTED} */
    public String getState() {
        return state;
    }

    /** {@return when it began, ISO 8601 in UTC} */
    public String getStartedAt() {
        return startedAt;
    }

    /** {@return how long it took, or has taken so far} */
    public long getSeconds() {
        return seconds;
    }
}
