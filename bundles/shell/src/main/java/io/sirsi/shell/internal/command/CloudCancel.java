package io.sirsi.shell.internal.command;

import io.sirsi.hypervisor.Hypervisor;
import io.sirsi.shell.internal.HypervisorCommand;
import io.sirsi.shell.internal.Ids;
import io.sirsi.shell.internal.completion.ScanIds;
import java.io.IOException;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** Calls a scan off. */
@Service
@Command(scope = "cloud", name = "cancel", description = "Calls a running scan off")
public final class CloudCancel extends HypervisorCommand {

    @Argument(name = "scan", description = "The scan; latest is the newest")
    @Completion(ScanIds.class)
    private String scan = "latest";

    @Override
    protected int run(Hypervisor hypervisor) throws IOException {
        boolean cancelled = hypervisor.cancelScan(Ids.scan(hypervisor, scan));
        return say(cancelled ? "called off" : "it had ended already", "cancelled", cancelled);
    }
}
