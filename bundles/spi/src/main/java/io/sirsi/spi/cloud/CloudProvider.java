package io.sirsi.spi.cloud;

import io.sirsi.cloud.CloudAccount;
import io.sirsi.cloud.ResourceTypeInfo;
import io.sirsi.spi.agent.Agent;
import io.sirsi.spi.agent.AgentContext;
import io.sirsi.spi.agent.AgentFailureException;
import io.sirsi.spi.agent.AgentProvider;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A cloud, or anything else that has accounts, regions and resources. Publish it as both {@link
 * CloudProvider} and {@link AgentProvider}. Its agents are {@link CloudAgent}s: one for an account,
 * and below it one for each region.
 */
@ConsumerType
public interface CloudProvider extends AgentProvider {

    /**
     * What a provider can reach now.
     *
     * @param accounts the accounts
     * @param hint how to connect one, as one sentence, where there is none
     */
    record Reachable(List<CloudAccount> accounts, Optional<String> hint) {
        public Reachable {
            accounts = List.copyOf(accounts);
        }
    }

    /**
     * {@return the accounts that it would scan now; may look for credentials for at most five
     * seconds}
     */
    Reachable accounts();

    /**
     * {@return the regions that it knows without asking anyone; for a provider without regions,
     * one}
     */
    Set<String> regions();

    /** {@return what it can list; always the same} */
    List<ResourceTypeInfo> resourceTypes();

    /** {@return its rules for findings; always the same} */
    List<FindingRule> rules();

    /**
     * Opens an account. Connections of one account share their clients; each is closed by who
     * opened it.
     *
     * @param account its name, as in {@link CloudAccount#name}
     * @return the connection
     * @throws AgentFailureException NOT_FOUND for an unknown account; no call to the outside is
     *     made here
     */
    CloudConnection connect(String account) throws AgentFailureException;

    @Override
    default Agent create(AgentContext context) throws AgentFailureException {
        return new CloudAgent(this, context);
    }
}
