package io.sirsi.shell.internal.command;

import io.sirsi.hypervisor.Hypervisor;
import io.sirsi.shell.internal.HypervisorCommand;
import io.sirsi.shell.internal.Ids;
import io.sirsi.shell.internal.Text;
import io.sirsi.shell.internal.WasmViews;
import io.sirsi.shell.internal.completion.ModuleTypes;
import io.sirsi.wasm.InstalledModule;
import java.io.IOException;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** Goes back to a module's version before. */
@Service
@Command(
        scope = "wasm",
        name = "rollback",
        description = "Goes back to the version of a module that was there before",
        detailedDescription =
                "Running tasks end on the version that they began with; new ones begin on the one before."
                        + " wasm:show names it as previous. Example: wasm:rollback tag-audit")
public final class WasmRollback extends HypervisorCommand {

    @Argument(name = "type", description = "Its agent type", required = true)
    @Completion(ModuleTypes.class)
    private String type = "";

    @Override
    protected int run(Hypervisor hypervisor) throws IOException {
        InstalledModule module = hypervisor.rollbackModule(Ids.module(type));
        if (json()) {
            return print(WasmViews.MODULE, module);
        }
        out().println("went back to " + Text.of(WasmViews.name(module)));
        return 0;
    }
}
