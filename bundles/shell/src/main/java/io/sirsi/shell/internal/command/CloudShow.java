package io.sirsi.shell.internal.command;

import io.sirsi.cloud.ScanId;
import io.sirsi.hypervisor.Hypervisor;
import io.sirsi.shell.internal.HypervisorCommand;
import io.sirsi.shell.internal.Ids;
import io.sirsi.shell.internal.ScanText;
import io.sirsi.shell.internal.completion.ScanIds;
import java.io.IOException;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** Shows what a scan saw, in numbers. */
@Service
@Command(scope = "cloud", name = "show", description = "Shows what a scan saw, in numbers")
public final class CloudShow extends HypervisorCommand {

    @Argument(name = "scan", description = "The scan; latest is the newest")
    @Completion(ScanIds.class)
    private String scan = "latest";

    @Override
    protected int run(Hypervisor hypervisor) throws IOException {
        ScanId id = Ids.scan(hypervisor, scan);
        if (json()) {
            ScanText.jsonSummary(out(), hypervisor.scanSummary(id));
        } else {
            ScanText.summary(
                    out(),
                    hypervisor.scanSummary(id),
                    hypervisor.findings(id),
                    ScanText.DEFAULT_WIDTH);
        }
        return 0;
    }
}
