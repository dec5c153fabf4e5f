package io.sirsi.shell.internal.completion;

import io.sirsi.hypervisor.Hypervisor;
import java.util.Collection;
import java.util.stream.Stream;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** Completes ids of scans, and the word for the newest. */
@Service
public final class ScanIds extends HypervisorCompleter {

    @Override
    Collection<String> offers(Hypervisor hypervisor) {
        return Stream.concat(
                        Stream.of("latest"),
                        hypervisor.scans(50).stream().map(scan -> scan.id().value()))
                .toList();
    }
}
