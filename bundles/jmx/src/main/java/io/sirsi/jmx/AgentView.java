package io.sirsi.jmx;

import java.util.List;
import javax.management.ConstructorParameters;

/** An agent as it stood at one moment. */
public final class AgentView {

    private final String id;
    private final String type;
    private final String session;
    private final String parent;
    private final String state;
    private final String since;
    private final List<String> permissions;

    /**
     * Makes a value; a client's proxy does, too.
     *
     * @param id its name
     * @param type its kind
     * @param session the session that it lives in
     * @param parent the agent above it, or empty
     * @param state INITIALIZING, READY, BUSY, DRAINING, FAILED or TERMINATED
     * @param since since when it has been in that state, ISO 8601 in UTC
     * @param permissions what it may do outside, in order
     */
    @ConstructorParameters({"id", "type", "session", "parent", "state", "since", "permissions"})
    public AgentView(
            String id,
            String type,
            String session,
            String parent,
            String state,
            String since,
            List<String> permissions) {
        this.id = id;
        this.type = type;
        this.session = session;
        this.parent = parent;
        this.state = state;
        this.since = since;
        this.permissions = List.copyOf(permissions);
    }

    /** {@return its name} */
    public String getId() {
        return id;
    }

    /** {@return its kind} */
    public String getType() {
        return type;
    }

    /** {@return the session that it lives in} */
    public String getSession() {
        return session;
    }

    /** {@return the agent above it, or empty} */
    public String getParent() {
        return parent;
    }

    /** {@return INITIALIZING, READY, BUSY, DRAINING, FAILED or TERMINATED} */
    public String getState() {
        return state;
    }

    /** {@return since when it has been in that state, ISO 8601 in UTC} */
    public String getSince() {
        return since;
    }

    /** {@return what it may do outside, in order} */
    public List<String> getPermissions() {
        return permissions;
    }
}
