package io.sirsi.hypervisor.internal;

import io.sirsi.agent.AgentCapabilities;
import io.sirsi.agent.AgentDescriptor;
import io.sirsi.agent.AgentType;
import io.sirsi.cloud.CloudAccount;
import io.sirsi.cloud.ResourceType;
import io.sirsi.cloud.ResourceTypeInfo;
import io.sirsi.spi.agent.AgentFailureException;
import io.sirsi.spi.cloud.CloudConnection;
import io.sirsi.spi.cloud.CloudProvider;
import io.sirsi.spi.cloud.CloudTasks;
import io.sirsi.spi.cloud.FindingRule;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** A cloud of which only accounts, regions and types are known; it is never opened. */
final class FakeCloud implements CloudProvider {

    private final String name;
    private final Set<String> regions;
    volatile Supplier<Reachable> answer;

    FakeCloud(String name, Set<String> regions, String... accounts) {
        this.name = name;
        this.regions = regions;
        this.answer =
                () ->
                        new Reachable(
                                Arrays.stream(accounts)
                                        .map(one -> new CloudAccount(name, one, "a test"))
                                        .toList(),
                                accounts.length == 0
                                        ? Optional.of("run '" + name + " login' to connect one")
                                        : Optional.empty());
    }

    @Override
    public AgentDescriptor descriptor() {
        return new AgentDescriptor(
                new AgentType(name),
                name,
                offers(),
                Set.of(CloudTasks.IDENTIFY, CloudTasks.DISCOVER),
                8);
    }

    AgentCapabilities offers() {
        return AgentCapabilities.NONE
                .canSpawnSubAgents()
                .domainExpertise("compute")
                .requiredPermissions(name + ":describe", name + ":read");
    }

    @Override
    public Reachable accounts() {
        return answer.get();
    }

    @Override
    public Set<String> regions() {
        return regions;
    }

    @Override
    public List<ResourceTypeInfo> resourceTypes() {
        return List.of(
                new ResourceTypeInfo(
                        ResourceType.of(name + ":disk"),
                        "Disks",
                        ResourceTypeInfo.Placement.REGIONAL));
    }

    @Override
    public List<FindingRule> rules() {
        return List.of();
    }

    @Override
    public CloudConnection connect(String account) throws AgentFailureException {
        throw new IllegalStateException("never opened");
    }
}
