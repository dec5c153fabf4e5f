package io.sirsi.shell.internal.command;

import io.sirsi.hypervisor.Hypervisor;
import io.sirsi.security.Permission;
import io.sirsi.shell.internal.Callers;
import io.sirsi.shell.internal.HypervisorCommand;
import io.sirsi.shell.internal.Json;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** Says who the caller is, and what that account may do. */
@Service
@Command(
        scope = "hypervisor",
        name = "whoami",
        description = "Says who you are and what you may do")
public final class HypervisorWhoami extends HypervisorCommand {

    @Override
    protected int run(Hypervisor hypervisor) throws IOException {
        List<String> permissions =
                hypervisor.myPermissions().stream().sorted().map(Permission::value).toList();
        String name = Callers.current().name();
        if (json()) {
            out().println(Json.text(Map.of("name", name, "permissions", permissions)));
        } else {
            out().println(
                            name
                                    + " may "
                                    + (permissions.isEmpty()
                                            ? "nothing"
                                            : String.join(", ", permissions)));
        }
        return 0;
    }
}
