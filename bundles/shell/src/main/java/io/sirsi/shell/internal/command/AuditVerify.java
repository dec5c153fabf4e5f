package io.sirsi.shell.internal.command;

import io.sirsi.audit.AuditVerification;
import io.sirsi.hypervisor.Hypervisor;
import io.sirsi.shell.internal.HypervisorCommand;
import io.sirsi.shell.internal.Views;
import java.io.IOException;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** Recomputes the chain of the audit. */
@Service
@Command(
        scope = "audit",
        name = "verify",
        description = "Recomputes the whole chain of the audit; exit code 1 if it is broken")
public final class AuditVerify extends HypervisorCommand {

    @Override
    protected int run(Hypervisor hypervisor) throws IOException {
        AuditVerification verification = hypervisor.verifyAudit();
        print(Views.VERIFICATION, verification);
        return verification.whole() ? 0 : 1;
    }
}
