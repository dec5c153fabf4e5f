package io.sirsi.spi.cloud;

import io.sirsi.cloud.CloudResource;
import io.sirsi.cloud.CoverageGap;
import io.sirsi.cloud.ResourceKey;
import io.sirsi.cloud.ResourceType;
import io.sirsi.spi.agent.AgentFailureException;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/** Where a discovery puts what it sees. Thread-safe; blocks until what was put is kept. */
@ProviderType
public interface DiscoverySink {

    /**
     * Makes the key of a resource in the account of this discovery.
     *
     * @param region where the resource lives, which may differ from where it was listed
     * @param type what it is
     * @param id the provider's own id
     * @return the key
     */
    ResourceKey key(String region, ResourceType type, String id);

    /**
     * Keeps a page of resources.
     *
     * @param resources what was seen; an empty page is a page
     * @throws AgentFailureException if the page could not be kept
     */
    void page(List<CloudResource> resources) throws AgentFailureException;

    /**
     * Keeps a gap.
     *
     * @param gap what could not be seen
     * @throws AgentFailureException if the gap could not be kept
     */
    void gap(CoverageGap gap) throws AgentFailureException;

    /** Counts one call to the provider, repeated ones included. */
    void called();

    /** {@return whether someone wants the discovery to stop} */
    boolean cancelled();
}
