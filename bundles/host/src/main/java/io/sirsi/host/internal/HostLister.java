package io.sirsi.host.internal;

import io.sirsi.spi.agent.AgentFailureException;
import java.io.IOException;

/** Lists all resources of one type. */
@FunctionalInterface
interface HostLister {

    /**
     * Looks.
     *
     * @return what was seen
     * @throws IOException if the system did not let itself be read
     * @throws AgentFailureException if it said nothing, where it must say something
     * @throws InterruptedException if interrupted
     */
    Listing list() throws IOException, AgentFailureException, InterruptedException;
}
