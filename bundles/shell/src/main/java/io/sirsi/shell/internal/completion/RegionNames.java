package io.sirsi.shell.internal.completion;

import io.sirsi.hypervisor.Hypervisor;
import java.util.Collection;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** Completes regions. */
@Service
public final class RegionNames extends HypervisorCompleter {

    @Override
    Collection<String> offers(Hypervisor hypervisor) {
        return hypervisor.providers().stream()
                .flatMap(provider -> provider.regions().stream())
                .distinct()
                .toList();
    }
}
