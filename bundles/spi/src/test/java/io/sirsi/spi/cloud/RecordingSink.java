package io.sirsi.spi.cloud;

import io.sirsi.agent.AgentFailure;
import io.sirsi.cloud.CloudResource;
import io.sirsi.cloud.CloudScope;
import io.sirsi.cloud.CoverageGap;
import io.sirsi.cloud.ResourceKey;
import io.sirsi.cloud.ResourceType;
import io.sirsi.spi.agent.AgentFailureException;
import java.util.ArrayList;
import java.util.List;

/** A sink that remembers pages, gaps and calls. Thread-safe. */
public final class RecordingSink implements DiscoverySink {

    private final String provider;
    private final String account;
    private final List<List<CloudResource>> pages = new ArrayList<>();
    private final List<CoverageGap> gaps = new ArrayList<>();
    private long calls;
    private boolean cancelled;
    private int cancelAfterPages = Integer.MAX_VALUE;
    private boolean losing;

    /**
     * A sink for one account.
     *
     * @param provider the provider
     * @param account the provider's own name of the account
     */
    public RecordingSink(String provider, String account) {
        this.provider = provider;
        this.account = account;
    }

    /** From now on, it is cancelled. */
    public synchronized RecordingSink cancel() {
        cancelled = true;
        return this;
    }

    /** It will be cancelled as soon as it has kept so many pages. */
    public synchronized RecordingSink cancelAfterPages(int count) {
        cancelAfterPages = count;
        return this;
    }

    /** From now on, it keeps nothing and says so. */
    public synchronized RecordingSink losing() {
        losing = true;
        return this;
    }

    /** {@return the pages, in order} */
    public synchronized List<List<CloudResource>> pages() {
        return List.copyOf(pages);
    }

    /** {@return the resources of all pages, in order} */
    public synchronized List<CloudResource> resources() {
        return pages.stream().flatMap(List::stream).toList();
    }

    /** {@return the gaps, in order} */
    public synchronized List<CoverageGap> gaps() {
        return List.copyOf(gaps);
    }

    /** {@return how many calls were counted} */
    public synchronized long calls() {
        return calls;
    }

    @Override
    public ResourceKey key(String region, ResourceType type, String id) {
        return new ResourceKey(new CloudScope(provider, account, region), type, id);
    }

    @Override
    public synchronized void page(List<CloudResource> resources) throws AgentFailureException {
        refuseIfLosing();
        pages.add(List.copyOf(resources));
    }

    @Override
    public synchronized void gap(CoverageGap gap) throws AgentFailureException {
        refuseIfLosing();
        gaps.add(gap);
    }

    @Override
    public synchronized void called() {
        calls++;
    }

    @Override
    public synchronized boolean cancelled() {
        return cancelled || pages.size() >= cancelAfterPages;
    }

    private void refuseIfLosing() throws AgentFailureException {
        if (losing) {
            throw new AgentFailureException(
                    AgentFailure.of(
                            AgentFailure.Code.REMOTE_ERROR, "this sink keeps nothing, as asked"));
        }
    }
}
