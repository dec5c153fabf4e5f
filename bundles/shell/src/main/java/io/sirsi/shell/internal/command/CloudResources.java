package io.sirsi.shell.internal.command;

import io.sirsi.cloud.CloudResource;
import io.sirsi.cloud.ResourceQuery;
import io.sirsi.hypervisor.Hypervisor;
import io.sirsi.shell.internal.HypervisorCommand;
import io.sirsi.shell.internal.Ids;
import io.sirsi.shell.internal.Views;
import io.sirsi.shell.internal.completion.ResourceTypes;
import io.sirsi.shell.internal.completion.ScanIds;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.jspecify.annotations.Nullable;

/** Lists resources of a scan. */
@Service
@Command(scope = "cloud", name = "resources", description = "Lists the resources that a scan saw")
public final class CloudResources extends HypervisorCommand {

    @Argument(name = "scan", description = "The scan; latest is the newest")
    @Completion(ScanIds.class)
    private String scan = "latest";

    @Option(name = "--type", description = "Only those of this type, such as host:disk")
    @Completion(ResourceTypes.class)
    private @Nullable String type;

    @Option(name = "--region", description = "Only those in this region")
    private @Nullable String region;

    @Option(name = "--limit", description = "How many at most")
    private int limit = 1000;

    @Override
    protected int run(Hypervisor hypervisor) throws IOException {
        List<CloudResource> resources = new ArrayList<>();
        hypervisor.forEachResource(
                new ResourceQuery(
                        Ids.scan(hypervisor, scan),
                        Optional.ofNullable(type).map(Ids::resourceType),
                        Optional.ofNullable(region),
                        limit),
                resources::add);
        return print(Views.RESOURCE, resources);
    }
}
