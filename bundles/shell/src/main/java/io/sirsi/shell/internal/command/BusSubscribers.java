package io.sirsi.shell.internal.command;

import io.sirsi.hypervisor.Hypervisor;
import io.sirsi.shell.internal.HypervisorCommand;
import io.sirsi.shell.internal.Views;
import java.io.IOException;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** Lists subscribers of the event bus. */
@Service
@Command(
        scope = "bus",
        name = "subscribers",
        description =
                "Lists who listens to the event bus, and what each has received, missed or failed on")
public final class BusSubscribers extends HypervisorCommand {

    @Override
    protected int run(Hypervisor hypervisor) throws IOException {
        return print(Views.SUBSCRIBER, hypervisor.subscribers());
    }
}
