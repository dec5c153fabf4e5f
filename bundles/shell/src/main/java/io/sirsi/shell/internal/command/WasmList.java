package io.sirsi.shell.internal.command;

import io.sirsi.hypervisor.Hypervisor;
import io.sirsi.shell.internal.HypervisorCommand;
import io.sirsi.shell.internal.WasmViews;
import java.io.IOException;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** Lists installed modules. */
@Service
@Command(
        scope = "wasm",
        name = "list",
        description = "Lists the agent types of this node that are modules of WebAssembly",
        detailedDescription =
                "Trouble says why agents of a module cannot run now. wasm:show has the rest of each.")
public final class WasmList extends HypervisorCommand {

    @Override
    protected int run(Hypervisor hypervisor) throws IOException {
        return print(WasmViews.MODULE, hypervisor.modules());
    }
}
