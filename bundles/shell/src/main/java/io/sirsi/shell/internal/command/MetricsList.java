package io.sirsi.shell.internal.command;

import io.sirsi.hypervisor.Hypervisor;
import io.sirsi.shell.internal.HypervisorCommand;
import io.sirsi.shell.internal.Views;
import java.io.IOException;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** Lists metrics. */
@Service
@Command(
        scope = "metrics",
        name = "list",
        description = "Lists what the node measures of itself; times in milliseconds",
        detailedDescription = "Example: metrics:list task.")
public final class MetricsList extends HypervisorCommand {

    @Argument(
            name = "prefix",
            description = "The beginning of the names; all without it",
            valueToShowInHelp = "")
    private String prefix = "";

    @Override
    protected int run(Hypervisor hypervisor) throws IOException {
        return print(Views.METRIC, hypervisor.metrics(prefix));
    }
}
