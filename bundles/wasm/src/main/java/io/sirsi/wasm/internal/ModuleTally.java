package io.sirsi.wasm.internal;

import io.sirsi.agent.AgentType;
import io.sirsi.spi.wasm.WasmTrap;
import io.sirsi.task.TaskOutcome;
import io.sirsi.wasm.ModuleStats;
import io.sirsi.wasm.ModuleUsage;
import java.util.Map;
import java.util.TreeMap;

/** Counts how the tasks of one type fared, whatever version ran them. Thread-safe. */
final class ModuleTally {

    private final Map<String, Long> tasks = new TreeMap<>();
    private final Map<String, Long> traps = new TreeMap<>();
    private ModuleUsage usage = ModuleUsage.NONE;

    synchronized void task(TaskOutcome outcome, ModuleUsage used) {
        String how =
                outcome instanceof TaskOutcome.Succeeded
                        ? "succeeded"
                        : outcome instanceof TaskOutcome.Cancelled ? "cancelled" : "failed";
        tasks.merge(how, 1L, Long::sum);
        usage = usage.plus(used);
    }

    synchronized void trap(WasmTrap.Kind kind) {
        traps.merge(kind.name(), 1L, Long::sum);
    }

    synchronized ModuleStats stats(AgentType type, int busy, int waiting) {
        return new ModuleStats(
                type, tasks, traps, Map.of("busy", (long) busy, "idle", (long) waiting), usage);
    }
}
