package io.sirsi.shell.internal.command;

import io.sirsi.hypervisor.Hypervisor;
import io.sirsi.shell.internal.HypervisorCommand;
import io.sirsi.shell.internal.Views;
import java.io.IOException;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** Lists providers. */
@Service
@Command(
        scope = "cloud",
        name = "providers",
        description =
                "Lists what can be scanned: providers, accounts, types, and how to connect what is missing")
public final class CloudProviders extends HypervisorCommand {

    @Override
    protected int run(Hypervisor hypervisor) throws IOException {
        return print(Views.PROVIDER, hypervisor.providers());
    }
}
