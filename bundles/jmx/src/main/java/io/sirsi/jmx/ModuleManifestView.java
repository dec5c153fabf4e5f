package io.sirsi.jmx;

import java.util.List;
import java.util.Map;
import javax.management.ConstructorParameters;

/** What a module of WebAssembly says of itself. */
public final class ModuleManifestView {

    private final String id;
    private final String title;
    private final String author;
    private final List<String> taskTypes;
    private final List<String> permissions;
    private final int concurrency;
    private final Map<String, Long> limits;

    /**
     * Makes a value; a client's proxy does, too.
     *
     * @param id who it is, as a reverse domain name
     * @param title one line for people
     * @param author who wrote it, or empty
     * @param taskTypes the types of task that it runs, in order
     * @param permissions the most that an agent of it may do, in order
     * @param concurrency how many tasks one agent runs at once
     * @param limits what a task of it may use at most, by name
     */
    @ConstructorParameters({
        "id",
        "title",
        "author",
        "taskTypes",
        "permissions",
        "concurrency",
        "limits"
    })
    public ModuleManifestView(
            String id,
            String title,
            String author,
            List<String> taskTypes,
            List<String> permissions,
            int concurrency,
            Map<String, Long> limits) {
        this.id = id;
        this.title = title;
        this.author = author;
        this.taskTypes = List.copyOf(taskTypes);
        this.permissions = List.copyOf(permissions);
        this.concurrency = concurrency;
        this.limits = Map.copyOf(limits);
    }

    /** {@return who it is, as a reverse domain name} */
    public String getId() {
        return id;
    }

    /** {@return one line for people} */
    public String getTitle() {
        return title;
    }

    /** {@return who wrote it, or empty} */
    public String getAuthor() {
        return author;
    }

    /** {@return the types of task that it runs, in order} */
    public List<String> getTaskTypes() {
        return taskTypes;
    }

    /** {@return the most that an agent of it may do, in order} */
    public List<String> getPermissions() {
        return permissions;
    }

    /** {@return how many tasks one agent runs at once} */
    public int getConcurrency() {
        return concurrency;
    }

    /** {@return what a task of it may use at most, by name} */
    public Map<String, Long> getLimits() {
        return limits;
    }
}
