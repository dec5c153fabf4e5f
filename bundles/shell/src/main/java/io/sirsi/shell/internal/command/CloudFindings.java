package io.sirsi.shell.internal.command;

import io.sirsi.cloud.ScanId;
import io.sirsi.cloud.ScanState;
import io.sirsi.cloud.Severity;
import io.sirsi.hypervisor.Hypervisor;
import io.sirsi.shell.internal.EnumNames;
import io.sirsi.shell.internal.HypervisorCommand;
import io.sirsi.shell.internal.Ids;
import io.sirsi.shell.internal.Views;
import io.sirsi.shell.internal.completion.ScanIds;
import io.sirsi.shell.internal.completion.Severities;
import java.io.IOException;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** Lists findings of a scan. */
@Service
@Command(
        scope = "cloud",
        name = "findings",
        description = "Lists what a scan found to be wrong, the most severe first")
public final class CloudFindings extends HypervisorCommand {

    @Argument(name = "scan", description = "The scan; latest is the newest")
    @Completion(ScanIds.class)
    private String scan = "latest";

    @Option(
            name = "--severity",
            description = "Only from this severity on: info, low, medium, high or critical")
    @Completion(Severities.class)
    private String severity = "info";

    @Override
    protected int run(Hypervisor hypervisor) throws IOException {
        Severity least = EnumNames.parse(Severity.class, "severity", severity);
        ScanId id = Ids.scan(hypervisor, scan);
        ScanState state = hypervisor.scanSummary(id).scan().state();
        if (state != ScanState.COMPLETE) {
            err().println(
                            "the scan '"
                                    + id
                                    + "' is "
                                    + state
                                    + ", so findings may be missing; 'cloud:show "
                                    + id
                                    + "' says of what");
        }
        return print(
                Views.FINDING,
                hypervisor.findings(id).stream()
                        .filter(finding -> finding.severity().compareTo(least) >= 0)
                        .toList());
    }
}
