package io.sirsi.shell.internal.command;

import io.sirsi.audit.AuditQuery;
import io.sirsi.hypervisor.Hypervisor;
import io.sirsi.shell.internal.HypervisorCommand;
import io.sirsi.shell.internal.Views;
import java.io.IOException;
import java.util.Optional;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.jspecify.annotations.Nullable;

/** Lists audit records. */
@Service
@Command(
        scope = "audit",
        name = "list",
        description = "Lists the newest audit records, oldest first")
public final class AuditList extends HypervisorCommand {

    @Option(name = "--by", description = "Only those by this account")
    private @Nullable String by;

    @Option(
            name = "--permission",
            description = "Only those whose permission begins so, such as agent:spawn")
    private @Nullable String permission;

    @Option(name = "--limit", description = "How many at most")
    private int limit = 50;

    @Override
    protected int run(Hypervisor hypervisor) throws IOException {
        return print(
                Views.AUDIT,
                hypervisor.auditRecords(
                        new AuditQuery(
                                Optional.ofNullable(by), Optional.ofNullable(permission), limit)));
    }
}
