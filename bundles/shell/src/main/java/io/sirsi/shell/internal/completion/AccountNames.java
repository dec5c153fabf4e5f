package io.sirsi.shell.internal.completion;

import io.sirsi.cloud.CloudAccount;
import io.sirsi.hypervisor.Hypervisor;
import java.util.Collection;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** Completes accounts. */
@Service
public final class AccountNames extends HypervisorCompleter {

    @Override
    Collection<String> offers(Hypervisor hypervisor) {
        return hypervisor.providers().stream()
                .flatMap(provider -> provider.accounts().stream())
                .map(CloudAccount::name)
                .toList();
    }
}
