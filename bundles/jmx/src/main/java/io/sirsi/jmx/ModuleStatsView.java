package io.sirsi.jmx;

import java.util.Map;
import javax.management.ConstructorParameters;

/** How a module of WebAssembly fares, since it was loaded. */
public final class ModuleStatsView {

    private final String type;
    private final Map<String, Long> tasks;
    private final Map<String, Long> traps;
    private final Map<String, Long> instances;
    private final ModuleUsageView usage;

    /**
     * Makes a value; a client's proxy does, too.
     *
     * @param type its agent type
     * @param tasks how many tasks it ran, by how they ended
     * @param traps how many calls ended in a trap, by the kind of trap
     * @param instances how many instances there are, busy and idle
     * @param usage what all its tasks used together
     */
    @ConstructorParameters({"type", "tasks", "traps", "instances", "usage"})
    public ModuleStatsView(
            String type,
            Map<String, Long> tasks,
            Map<String, Long> traps,
            Map<String, Long> instances,
            ModuleUsageView usage) {
        this.type = type;
        this.tasks = Map.copyOf(tasks);
        this.traps = Map.copyOf(traps);
        this.instances = Map.copyOf(instances);
        this.usage = usage;
    }

    /** {@return its agent type} */
    public String getType() {
        return type;
    }

    /** {@return how many tasks it ran, by how they ended} */
    public Map<String, Long> getTasks() {
        return tasks;
    }

    /** {@return how many calls ended in a trap, by the kind of trap} */
    public Map<String, Long> getTraps() {
        return traps;
    }

    /** {@return how many instances there are, busy and idle} */
    public Map<String, Long> getInstances() {
        return instances;
    }

    /** {@return what all its tasks used together} */
    public ModuleUsageView getUsage() {
        return usage;
    }
}
