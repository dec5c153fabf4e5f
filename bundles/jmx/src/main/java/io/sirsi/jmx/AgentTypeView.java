package io.sirsi.jmx;

import java.util.List;
import javax.management.ConstructorParameters;

/** A type of agent that can be spawned. */
public final class AgentTypeView {

    private final String type;
    private final String title;
    private final List<String> taskTypes;
    private final List<String> permissions;
    private final int concurrency;

    /**
     * Makes a value; a client's proxy does, too.
     *
     * @param type its name
     * @param title one line for people
     * @param taskTypes the types of task that it runs, in order
     * @param permissions the most that an agent of this type may do, in order
     * @param concurrency how many tasks one agent runs at once
     */
    @ConstructorParameters({"type", "title", "taskTypes", "permissions", "concurrency"})
    public AgentTypeView(
            String type,
            String title,
            List<String> taskTypes,
            List<String> permissions,
            int concurrency) {
        this.type = type;
        this.title = title;
        this.taskTypes = List.copyOf(taskTypes);
        this.permissions = List.copyOf(permissions);
        this.concurrency = concurrency;
    }

    /** {@return its name} */
    public String getType() {
        return type;
    }

    /** {@return one line for people} */
    public String getTitle() {
        return title;
    }

    /** {@return the types of task that it runs, in order} */
    public List<String> getTaskTypes() {
        return taskTypes;
    }

    /** {@return the most that an agent of this type may do, in order} */
    public List<String> getPermissions() {
        return permissions;
    }

    /** {@return how many tasks one agent runs at once} */
    public int getConcurrency() {
        return concurrency;
    }
}
