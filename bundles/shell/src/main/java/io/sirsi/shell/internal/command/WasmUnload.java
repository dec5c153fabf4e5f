package io.sirsi.shell.internal.command;

import io.sirsi.agent.AgentType;
import io.sirsi.hypervisor.Hypervisor;
import io.sirsi.shell.internal.HypervisorCommand;
import io.sirsi.shell.internal.Ids;
import io.sirsi.shell.internal.Json;
import io.sirsi.shell.internal.completion.ModuleTypes;
import java.io.IOException;
import java.util.Map;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** Ends an agent type that is a module. */
@Service
@Command(
        scope = "wasm",
        name = "unload",
        description = "Ends an agent type that is a module: its agents end, its files are deleted",
        detailedDescription =
                "Its agents, of all sessions, finish what they run and terminate, with all agents"
                        + " below them; the version before is deleted, too. Agents outlive a new"
                        + " version, a restart and a missing engine; this is how they end with"
                        + " their module. Example: wasm:unload tag-audit")
public final class WasmUnload extends HypervisorCommand {

    @Argument(name = "type", description = "Its agent type", required = true)
    @Completion(ModuleTypes.class)
    private String type = "";

    @Override
    protected int run(Hypervisor hypervisor) throws IOException {
        AgentType gone = Ids.module(type);
        int ended = hypervisor.unloadModule(gone);
        if (json()) {
            out().println(Json.text(Map.of("unloaded", gone.value(), "ended", ended)));
        } else {
            out().println(
                            "unloaded "
                                    + gone
                                    + (ended == 0
                                            ? ""
                                            : ", ended "
                                                    + ended
                                                    + (ended == 1 ? " agent" : " agents")));
        }
        return 0;
    }
}
