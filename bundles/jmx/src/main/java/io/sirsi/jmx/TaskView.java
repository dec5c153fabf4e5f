package io.sirsi.jmx;

import java.util.Map;
import javax.management.ConstructorParameters;

/** A task as it stood at one moment; neither its input nor its output. */
public final class TaskView {

    private final String id;
    private final String session;
    private final String type;
    private final String priority;
    private final String state;
    private final String reason;
    private final String until;
    private final String submittedAt;
    private final Map<String, String> labels;

    /**
     * Makes a value; a client's proxy does, too.
     *
     * @param id its name
     * @param session whose it is
     * @param type what is to be done
     * @param priority how urgent it is
     * @param state Blocked, Ready, Running, RetryWait, Succeeded, Failed, Cancelled, TimedOut,
     *     Quarantined or Unknown
     * @param reason what it waits for, who runs it, or why it ended; or empty
     * @param until when its time comes or its next attempt may start, ISO 8601 in UTC; or empty
     * @param submittedAt when it was submitted, ISO 8601 in UTC
     * @param labels by which it is found again
     */
    @ConstructorParameters({
        "id",
        "session",
        "type",
        "priority",
        "state",
        "reason",
        "until",
        "submittedAt",
        "labels"
    })
    public TaskView(
            String id,
            String session,
            String type,
            String priority,
            String state,
            String reason,
            String until,
            String submittedAt,
            Map<String, String> labels) {
        this.id = id;
        this.session = session;
        this.type = type;
        this.priority = priority;
        this.state = state;
        this.reason = reason;
        this.until = until;
        this.submittedAt = submittedAt;
        this.labels = Map.copyOf(labels);
    }

    /** {@return its name} */
    public String getId() {
        return id;
    }

    /** {@return whose it is} */
    public String getSession() {
        return session;
    }

    /** {@return what is to be done} */
    public String getType() {
        return type;
    }

    /** {@return how urgent it is} */
    public String getPriority() {
        return priority;
    }

    /**
     * {@return Blocked, Ready, Running, RetryWait, Succeeded, Failed, Cancelled, TimedOut,
     * Quarantined or Unknown}
     */
    public String getState() {
        return state;
    }

    /** {@return what it waits for, who runs it, or why it ended; or empty} */
    public String getReason() {
        return reason;
    }

    /** {@return when its time comes or its next attempt may start, ISO 8601 in UTC; or empty} */
    public String getUntil() {
        return until;
    }

    /** {@return when it was submitted, ISO 8601 in UTC} */
    public String getSubmittedAt() {
        return submittedAt;
    }

    /** {@return by which it is found again} */
    public Map<String, String> getLabels() {
        return labels;
    }
}
