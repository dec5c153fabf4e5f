package io.sirsi.shell.internal.completion;

import io.sirsi.hypervisor.Hypervisor;
import java.util.Collection;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** Completes agent types that are modules of WebAssembly. */
@Service
public final class ModuleTypes extends HypervisorCompleter {

    @Override
    Collection<String> offers(Hypervisor hypervisor) {
        return hypervisor.modules().stream()
                .map(module -> module.manifest().agent().type().value())
                .toList();
    }
}
