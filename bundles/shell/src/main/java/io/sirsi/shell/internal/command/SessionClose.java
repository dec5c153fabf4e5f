package io.sirsi.shell.internal.command;

import io.sirsi.hypervisor.Hypervisor;
import io.sirsi.shell.internal.HypervisorCommand;
import io.sirsi.shell.internal.Ids;
import io.sirsi.shell.internal.Views;
import io.sirsi.shell.internal.completion.SessionIds;
import java.io.IOException;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** Closes a session: cancels its tasks and ends its agents. */
@Service
@Command(
        scope = "session",
        name = "close",
        description = "Closes a session: cancels its tasks and ends its agents")
public final class SessionClose extends HypervisorCommand {

    @Argument(name = "session", description = "The session", required = true)
    @Completion(SessionIds.class)
    private String sessionId = "";

    @Override
    protected int run(Hypervisor hypervisor) throws IOException {
        return print(Views.SESSION, hypervisor.closeSession(Ids.session(sessionId)));
    }
}
