package io.sirsi.shell.internal.command;

import io.sirsi.hypervisor.Hypervisor;
import io.sirsi.shell.internal.HypervisorCommand;
import io.sirsi.shell.internal.Views;
import java.io.IOException;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** Says how the node is. */
@Service
@Command(
        scope = "hypervisor",
        name = "status",
        description = "Says how the node is: version, age, counts, health of its parts")
public final class HypervisorStatus extends HypervisorCommand {

    @Override
    protected int run(Hypervisor hypervisor) throws IOException {
        return print(Views.STATUS, hypervisor.status());
    }
}
