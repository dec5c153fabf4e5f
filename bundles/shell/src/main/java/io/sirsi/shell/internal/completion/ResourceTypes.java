package io.sirsi.shell.internal.completion;

import io.sirsi.hypervisor.Hypervisor;
import java.util.Collection;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** Completes types of resource. */
@Service
public final class ResourceTypes extends HypervisorCompleter {

    @Override
    Collection<String> offers(Hypervisor hypervisor) {
        return hypervisor.providers().stream()
                .flatMap(provider -> provider.types().stream())
                .map(type -> type.type().value())
                .toList();
    }
}
