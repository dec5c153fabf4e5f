package io.sirsi.shell.internal.completion;

import io.sirsi.hypervisor.Hypervisor;
import java.util.Collection;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** Completes ids of sessions. */
@Service
public final class SessionIds extends HypervisorCompleter {

    @Override
    Collection<String> offers(Hypervisor hypervisor) {
        return hypervisor.sessions().stream().map(session -> session.id().value()).toList();
    }
}
