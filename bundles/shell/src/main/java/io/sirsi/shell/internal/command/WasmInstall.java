package io.sirsi.shell.internal.command;

import io.sirsi.agent.AgentType;
import io.sirsi.failure.RefusedException;
import io.sirsi.hypervisor.Hypervisor;
import io.sirsi.shell.internal.HypervisorCommand;
import io.sirsi.shell.internal.SentModule;
import io.sirsi.shell.internal.Text;
import io.sirsi.shell.internal.WasmViews;
import io.sirsi.wasm.InstalledModule;
import io.sirsi.wasm.ModuleFile;
import java.io.IOException;
import java.lang.module.ModuleDescriptor.Version;
import java.util.List;
import java.util.Optional;
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
        ModuleFile file = SentModule.take(session(), "install");
        List<InstalledModule> before = modules(hypervisor);
        InstalledModule module = hypervisor.installModule(file);
        Optional<String> lower = lower(before, module);
        if (json()) {
            lower.ifPresent(err()::println);
            return print(WasmViews.MODULE, module);
        }
        out().println(
                        "installed "
                                + Text.of(WasmViews.name(module))
                                + module.origin()
                                        .previous()
                                        .map(digest -> " in place of " + digest.brief())
                                        .orElse("")
                                + "; agent:spawn "
                                + module.manifest().agent().type()
                                + " makes an agent of it");
        lower.ifPresent(out()::println);
        return 0;
    }

    /** {@return what serves now; nothing to somebody who may install and not read} */
    private static List<InstalledModule> modules(Hypervisor hypervisor) {
        try {
            return hypervisor.modules();
        } catch (RefusedException mayNotRead) {
            return List.of();
        }
    }

    /** {@return a sentence where a higher version served before: that may be a mistake} */
    private static Optional<String> lower(List<InstalledModule> before, InstalledModule module) {
        AgentType type = module.manifest().agent().type();
        String version = module.manifest().version();
        return before.stream()
                .filter(served -> served.manifest().agent().type().equals(type))
                .map(served -> served.manifest().version())
                .filter(old -> Version.parse(old).compareTo(Version.parse(version)) > 0)
                .findFirst()
                .map(
                        old ->
                                Text.printable(version)
                                        + " replaces "
                                        + Text.printable(old)
                                        + ", which is higher; 'wasm:rollback "
                                        + type
                                        + "' goes back");
    }
}
