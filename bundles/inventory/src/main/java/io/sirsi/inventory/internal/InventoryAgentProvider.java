package io.sirsi.inventory.internal;

import io.sirsi.agent.AgentCapabilities;
import io.sirsi.agent.AgentDescriptor;
import io.sirsi.agent.AgentType;
import io.sirsi.cloud.Inventory;
import io.sirsi.spi.agent.Agent;
import io.sirsi.spi.agent.AgentContext;
import io.sirsi.spi.agent.AgentProvider;
import io.sirsi.spi.cloud.CloudProvider;
import io.sirsi.spi.cloud.CloudTasks;
import io.sirsi.spi.cloud.FindingRule;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/**
 * Makes agents that look at what a scan saw: they apply the rules of all providers that are there,
 * and add up.
 */
@Component(service = AgentProvider.class, property = "agent.type=inventory")
public final class InventoryAgentProvider implements AgentProvider {

    private static final AgentDescriptor DESCRIPTOR =
            new AgentDescriptor(
                    new AgentType("inventory"),
                    "Applies rules to what scans saw, and adds up",
                    AgentCapabilities.NONE,
                    Set.of(CloudTasks.FINDINGS, CloudTasks.SUMMARY),
                    2);

    private final Inventory inventory;
    private final Map<CloudProvider, String> providers = new ConcurrentHashMap<>();

    /**
     * Makes the provider.
     *
     * @param inventory what to look at
     */
    @Activate
    public InventoryAgentProvider(@Reference Inventory inventory) {
        this.inventory = inventory;
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addProvider(CloudProvider provider) {
        providers.put(provider, provider.descriptor().type().value());
    }

    void removeProvider(CloudProvider provider) {
        providers.remove(provider);
    }

    @Override
    public AgentDescriptor descriptor() {
        return DESCRIPTOR;
    }

    @Override
    public Agent create(AgentContext context) {
        return new InventoryAgent(inventory, this::rules);
    }

    /** {@return the rules of the providers that are there now, by the provider's name} */
    private Map<String, List<FindingRule>> rules() {
        Map<String, List<FindingRule>> rules = new ConcurrentHashMap<>();
        providers.forEach((provider, name) -> rules.put(name, List.copyOf(provider.rules())));
        return rules;
    }
}
