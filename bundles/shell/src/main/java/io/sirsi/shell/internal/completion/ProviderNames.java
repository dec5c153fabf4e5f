package io.sirsi.shell.internal.completion;

import io.sirsi.cloud.ProviderInfo;
import io.sirsi.hypervisor.Hypervisor;
import java.util.Collection;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** Completes providers. */
@Service
public final class ProviderNames extends HypervisorCompleter {

    @Override
    Collection<String> offers(Hypervisor hypervisor) {
        return hypervisor.providers().stream().map(ProviderInfo::provider).toList();
    }
}
