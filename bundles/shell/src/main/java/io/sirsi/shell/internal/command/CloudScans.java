package io.sirsi.shell.internal.command;

import io.sirsi.hypervisor.Hypervisor;
import io.sirsi.shell.internal.HypervisorCommand;
import io.sirsi.shell.internal.Views;
import java.io.IOException;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** Lists scans. */
@Service
@Command(scope = "cloud", name = "scans", description = "Lists scans, newest first")
public final class CloudScans extends HypervisorCommand {

    @Option(name = "--limit", description = "How many at most")
    private int limit = 20;

    @Override
    protected int run(Hypervisor hypervisor) throws IOException {
        return print(Views.SCAN, hypervisor.scans(limit));
    }
}
