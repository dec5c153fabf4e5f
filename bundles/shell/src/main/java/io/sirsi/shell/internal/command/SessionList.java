package io.sirsi.shell.internal.command;

import io.sirsi.hypervisor.Hypervisor;
import io.sirsi.shell.internal.HypervisorCommand;
import io.sirsi.shell.internal.Views;
import java.io.IOException;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** Lists sessions. */
@Service
@Command(scope = "session", name = "list", description = "Lists the sessions that you may see")
public final class SessionList extends HypervisorCommand {

    @Override
    protected int run(Hypervisor hypervisor) throws IOException {
        return print(Views.SESSION, hypervisor.sessions());
    }
}
