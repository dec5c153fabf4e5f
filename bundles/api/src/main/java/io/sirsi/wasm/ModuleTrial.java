package io.sirsi.wasm;

import io.sirsi.task.Payload;
import io.sirsi.task.TaskOutcome;
import java.util.List;
import java.util.Map;

/**
 * A task that is tried with a module that need not be installed.
 *
 * @param taskType the type of task; empty for the first that the module runs
 * @param input what goes in
 * @param settings the agent's settings
 */
public record ModuleTrial(String taskType, Payload input, Map<String, String> settings) {

    public ModuleTrial {
        settings = Map.copyOf(settings);
    }

    /**
     * What came out.
     *
     * @param outcome how it ended
     * @param usage what it used
     * @param log the lines that it logged, oldest first
     */
    public record Result(TaskOutcome outcome, ModuleUsage usage, List<String> log) {
        public Result {
            log = List.copyOf(log);
        }
    }
}
