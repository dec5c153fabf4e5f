package io.sirsi.shell.internal.command;

import io.sirsi.hypervisor.Hypervisor;
import io.sirsi.shell.internal.HypervisorCommand;
import io.sirsi.shell.internal.SentModule;
import io.sirsi.shell.internal.Text;
import io.sirsi.shell.internal.WasmViews;
import io.sirsi.wasm.InstalledModule;
import java.io.IOException;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** Installs a module that was sent along. */
@Service
@Command(
        scope = "wasm",
        name = "install",
        description = "Makes a module an agent type of this node, or the newer version of one",
        detailedDescription = "classpath:wasm-install.txt")
public final class WasmInstall extends HypervisorCommand {

    @Override
    protected int run(Hypervisor hypervisor) throws IOException {
        InstalledModule module = hypervisor.installModule(SentModule.take(session(), "install"));
        if (json()) {
            return print(WasmViews.MODULE, module);
        }
        out().println(
                        "installed "
                                + Text.of(WasmViews.name(module))
                                + module.origin()
                                        .previous()
                                        .map(before -> " in place of " + before.brief())
                                        .orElse("")
                                + "; agent:spawn "
                                + module.manifest().agent().type()
                                + " makes an agent of it");
        return 0;
    }
}
