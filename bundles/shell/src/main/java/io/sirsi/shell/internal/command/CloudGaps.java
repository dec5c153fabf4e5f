package io.sirsi.shell.internal.command;

import io.sirsi.hypervisor.Hypervisor;
import io.sirsi.shell.internal.HypervisorCommand;
import io.sirsi.shell.internal.Ids;
import io.sirsi.shell.internal.Views;
import io.sirsi.shell.internal.completion.ScanIds;
import java.io.IOException;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** Lists the gaps of a scan. */
@Service
@Command(scope = "cloud", name = "gaps", description = "Lists what a scan could not see, and why")
public final class CloudGaps extends HypervisorCommand {

    @Argument(name = "scan", description = "The scan; latest is the newest")
    @Completion(ScanIds.class)
    private String scan = "latest";

    @Override
    protected int run(Hypervisor hypervisor) throws IOException {
        return print(Views.GAP, hypervisor.scanSummary(Ids.scan(hypervisor, scan)).gaps());
    }
}
