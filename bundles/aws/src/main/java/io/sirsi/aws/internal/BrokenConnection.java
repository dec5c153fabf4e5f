package io.sirsi.aws.internal;

import io.sirsi.agent.AgentFailure;
import io.sirsi.cloud.ResourceType;
import io.sirsi.spi.agent.AgentFailureException;
import io.sirsi.spi.cloud.CloudConnection;
import io.sirsi.spi.cloud.DiscoverySink;

/** What one gets of an account whose configuration makes no sense: the reason, each time. */
final class BrokenConnection implements CloudConnection {

    private final String problem;

    BrokenConnection(String problem) {
        this.problem = problem;
    }

    @Override
    public Identity identify(DiscoverySink sink) throws AgentFailureException {
        throw why();
    }

    @Override
    public void discover(String region, ResourceType type, DiscoverySink sink)
            throws AgentFailureException {
        throw why();
    }

    @Override
    public void close() {
        // holds nothing
    }

    private AgentFailureException why() {
        return new AgentFailureException(AgentFailure.of(AgentFailure.Code.INVALID, problem));
    }
}
