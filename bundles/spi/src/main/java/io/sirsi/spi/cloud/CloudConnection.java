package io.sirsi.spi.cloud;

import io.sirsi.cloud.ResourceType;
import io.sirsi.spi.agent.AgentFailureException;
import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/** An open account. Thread-safe; methods block and obey an interrupt. */
@ConsumerType
public interface CloudConnection extends AutoCloseable {

    /**
     * Who the credentials say we are.
     *
     * @param account the provider's own name of the account, such as {@code 123456789012}
     * @param principal who we are in it, such as a role's ARN; never a secret
     * @param regions the regions to scan
     */
    record Identity(String account, String principal, List<String> regions) {
        public Identity {
            regions = List.copyOf(regions);
        }
    }

    /**
     * Asks the provider who we are.
     *
     * @param sink where calls are counted, and gaps reported: a region list that could not be read
     *     is one
     * @return who
     * @throws AgentFailureException if it did not say: UNAUTHENTICATED, FORBIDDEN, UNREACHABLE …
     * @throws InterruptedException if interrupted
     */
    Identity identify(DiscoverySink sink) throws AgentFailureException, InterruptedException;

    /**
     * Lists all resources of one type in one region, page by page. Retries of single calls, with
     * respect for what the provider asks, are made inside; what still fails is either a gap, where
     * the rest is good, or thrown. Returns early once the sink is cancelled.
     *
     * @param region the region, {@link io.sirsi.cloud.CloudScope#GLOBAL} for types that are listed
     *     once an account
     * @param type what to list
     * @param sink where pages and gaps go
     * @throws AgentFailureException if nothing more can be listed; NOT_FOUND or UNSUPPORTED for a
     *     region or type that the provider does not know
     * @throws InterruptedException if interrupted
     */
    void discover(String region, ResourceType type, DiscoverySink sink)
            throws AgentFailureException, InterruptedException;

    /** Releases what this connection holds. */
    @Override
    void close();
}
