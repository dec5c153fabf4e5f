package io.sirsi.jmx;

import javax.management.ConstructorParameters;

/** A session as it stood at one moment. */
public final class SessionView {

    private final String id;
    private final String owner;
    private final String label;
    private final String state;
    private final String openedAt;
    private final String expiresAt;
    private final int weight;

    /**
     * Makes a value; a client's proxy does, too.
     *
     * @param id its name
     * @param owner the account that opened it
     * @param label its name for people
     * @param state ACTIVE, SUSPENDED, EXPIRED or TERMINATED
     * @param openedAt when it was opened, ISO 8601 in UTC
     * @param expiresAt when its time runs out, ISO 8601 in UTC
     * @param weight its part of what sessions have to share
     */
    @ConstructorParameters({"id", "owner", "label", "state", "openedAt", "expiresAt", "weight"})
    public SessionView(
            String id,
            String owner,
            String label,
            String state,
            String openedAt,
            String expiresAt,
            int weight) {
        this.id = id;
        this.owner = owner;
        this.label = label;
        this.state = state;
        this.openedAt = openedAt;
        this.expiresAt = expiresAt;
        this.weight = weight;
    }

    /** {@return its name} */
    public String getId() {
        return id;
    }

    /** {@return the account that opened it} */
    public String getOwner() {
        return owner;
    }

    /** {@return its name for people} */
    public String getLabel() {
        return label;
    }

    /** {@return ACTIVE, SUSPENDED, EXPIRED or TERMINATED} */
    public String getState() {
        return state;
    }

    /** {@return when it was opened, ISO 8601 in UTC} */
    public String getOpenedAt() {
        return openedAt;
    }

    /** {@return when its time runs out, ISO 8601 in UTC} */
    public String getExpiresAt() {
        return expiresAt;
    }

    /** {@return its part of what sessions have to share} */
    public int getWeight() {
        return weight;
    }
}
