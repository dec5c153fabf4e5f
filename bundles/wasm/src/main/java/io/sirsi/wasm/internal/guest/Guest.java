package io.sirsi.wasm.internal.guest;

import io.sirsi.agent.AgentType;
import io.sirsi.hypervisor.AgentAuthority;
import io.sirsi.spi.agent.AgentContext;
import java.util.Map;
import java.util.Optional;

/**
 * Who a guest is, for as long as its agent lives.
 *
 * @param type the type of agent that its module is
 * @param agent the agent; empty for a trial, which can neither spawn nor submit nor emit
 * @param authority what it may do
 * @param settings its settings
 * @param limits what each of its tasks may use
 */
public record Guest(
        AgentType type,
        Optional<AgentContext> agent,
        AgentAuthority authority,
        Map<String, String> settings,
        GuestLimits limits) {

    public Guest {
        settings = Map.copyOf(settings);
    }

    /** {@return the guest that is this agent} */
    public static Guest of(AgentContext agent, AgentAuthority authority, GuestLimits limits) {
        return new Guest(
                agent.spec().type(),
                Optional.of(agent),
                authority,
                agent.spec().settings(),
                limits);
    }

    /** {@return how it is called in the node's log} */
    public String name() {
        return agent.map(context -> context.id().value()).orElse("a trial of " + type);
    }
}
