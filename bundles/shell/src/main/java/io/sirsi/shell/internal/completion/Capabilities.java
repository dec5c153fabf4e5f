package io.sirsi.shell.internal.completion;

import io.sirsi.hypervisor.Hypervisor;
import java.util.Collection;
import java.util.stream.Stream;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** Completes capabilities: fields of expertise, and names of types. */
@Service
public final class Capabilities extends HypervisorCompleter {

    @Override
    Collection<String> offers(Hypervisor hypervisor) {
        return hypervisor.agentTypes().stream()
                .flatMap(
                        type ->
                                Stream.concat(
                                        Stream.of(type.type().value()),
                                        type.offers().domains().stream()))
                .distinct()
                .toList();
    }
}
