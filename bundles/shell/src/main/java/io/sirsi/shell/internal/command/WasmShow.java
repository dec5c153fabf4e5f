package io.sirsi.shell.internal.command;

import io.sirsi.hypervisor.Hypervisor;
import io.sirsi.shell.internal.HypervisorCommand;
import io.sirsi.shell.internal.Ids;
import io.sirsi.shell.internal.WasmViews;
import io.sirsi.shell.internal.completion.ModuleTypes;
import java.io.IOException;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** Shows an installed module. */
@Service
@Command(
        scope = "wasm",
        name = "show",
        description = "Shows an installed module: what it says of itself, and where it came from",
        detailedDescription =
                "The digest is the SHA-256 of its file; previous is what wasm:rollback would bring back."
                        + " Example: wasm:show tag-audit")
public final class WasmShow extends HypervisorCommand {

    @Argument(name = "type", description = "Its agent type", required = true)
    @Completion(ModuleTypes.class)
    private String type = "";

    @Override
    protected int run(Hypervisor hypervisor) throws IOException {
        return print(WasmViews.MODULE, hypervisor.module(Ids.module(type)));
    }
}
