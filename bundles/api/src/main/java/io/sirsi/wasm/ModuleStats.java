package io.sirsi.wasm;

import io.sirsi.agent.AgentType;
import java.util.Map;

/**
 * How an installed module fares, since it was loaded.
 *
 * @param type its agent type
 * @param tasks how many tasks it ran, by how they ended: {@code succeeded}, {@code failed}, {@code
 *     cancelled}
 * @param traps how many calls ended in a trap, by the kind of trap
 * @param instances how many instances there are: {@code busy}, {@code idle}
 * @param usage what all its tasks used together
 */
public record ModuleStats(
        AgentType type,
        Map<String, Long> tasks,
        Map<String, Long> traps,
        Map<String, Long> instances,
        ModuleUsage usage) {

    public ModuleStats {
        tasks = Map.copyOf(tasks);
        traps = Map.copyOf(traps);
        instances = Map.copyOf(instances);
    }
}
