package io.sirsi.spi.agent;

import io.sirsi.agent.AgentId;
import io.sirsi.agent.AgentSpec;
import io.sirsi.event.Event;
import io.sirsi.event.Receipt;
import io.sirsi.session.SessionId;
import java.time.Clock;
import org.osgi.annotation.versioning.ProviderType;

/** Who an agent is, and what it may use for as long as it lives. Thread-safe. */
@ProviderType
public interface AgentContext {

    /** {@return its name} */
    AgentId id();

    /** {@return where it lives} */
    SessionId session();

    /** {@return what was asked for: capabilities, parent, settings} */
    AgentSpec spec();

    /** {@return the time, to be used instead of the system's} */
    Clock clock();

    /**
     * Spawns an agent below this one; whatever parent the specification names is replaced.
     *
     * @param child what is wanted: never more than this agent has
     * @return its name
     * @throws io.sirsi.failure.RefusedException as {@link io.sirsi.agent.AgentRuntime#spawn}
     */
    AgentId spawn(AgentSpec child);

    /**
     * States a fact.
     *
     * @param event the fact
     * @return what became of it
     */
    Receipt publish(Event event);
}
