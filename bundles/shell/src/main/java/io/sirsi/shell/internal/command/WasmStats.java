package io.sirsi.shell.internal.command;

import io.sirsi.agent.AgentType;
import io.sirsi.failure.RefusedException;
import io.sirsi.hypervisor.Hypervisor;
import io.sirsi.shell.internal.HypervisorCommand;
import io.sirsi.shell.internal.Ids;
import io.sirsi.shell.internal.WasmViews;
import io.sirsi.shell.internal.completion.ModuleTypes;
import io.sirsi.wasm.ModuleStats;
import java.io.IOException;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.jspecify.annotations.Nullable;

/** Shows how modules fare. */
@Service
@Command(
        scope = "wasm",
        name = "stats",
        description = "Shows how installed modules fare, since they were loaded",
        detailedDescription =
                "Tasks are counted by how they ended, calls that ended in a trap by its kind. Ran, cpu, host calls"
                        + " and host bytes are sums over all tasks; memory is the most that one had."
                        + " Example: wasm:stats tag-audit")
public final class WasmStats extends HypervisorCommand {

    @Argument(name = "type", description = "Of one agent type; else of all", required = false)
    @Completion(ModuleTypes.class)
    private @Nullable String type;

    @Override
    protected int run(Hypervisor hypervisor) throws IOException {
        if (type == null) {
            return print(WasmViews.STATS, hypervisor.moduleStats());
        }
        AgentType wanted = Ids.module(type);
        ModuleStats stats =
                hypervisor.moduleStats().stream()
                        .filter(module -> module.type().equals(wanted))
                        .findFirst()
                        .orElseThrow(
                                () ->
                                        RefusedException.notFound(
                                                "there is no module '"
                                                        + wanted
                                                        + "'; wasm:list shows those that there are."));
        return print(WasmViews.STATS, stats);
    }
}
