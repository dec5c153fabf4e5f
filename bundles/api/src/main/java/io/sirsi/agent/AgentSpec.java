package io.sirsi.agent;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * What is wanted of a new agent. An immutable value; each method returns a changed copy.
 *
 * <pre>{@code
 * AgentSpec.of("aws").capabilities(c -> c.canSpawnSubAgents()
 *         .domainExpertise("compute", "storage")
 *         .requiredPermissions("ec2:describe", "s3:read"));
 * }</pre>
 *
 * @param type its kind
 * @param capabilities what it can and may do
 * @param parent the agent above it, if any
 * @param settings its configuration, such as the account it looks after; never a secret
 */
public record AgentSpec(
        AgentType type,
        AgentCapabilities capabilities,
        Optional<AgentId> parent,
        Map<String, String> settings) {

    public AgentSpec {
        settings = Map.copyOf(settings);
    }

    /** {@return an agent of this type that can and may nothing} */
    public static AgentSpec of(String type) {
        return new AgentSpec(
                new AgentType(type), AgentCapabilities.NONE, Optional.empty(), Map.of());
    }

    /** {@return a copy whose capabilities are what the function makes of the present ones} */
    public AgentSpec capabilities(UnaryOperator<AgentCapabilities> change) {
        return new AgentSpec(type, change.apply(capabilities), parent, settings);
    }

    /** {@return a copy below this parent} */
    public AgentSpec under(AgentId newParent) {
        return new AgentSpec(type, capabilities, Optional.of(newParent), settings);
    }

    /** {@return a copy with one more setting} */
    public AgentSpec setting(String key, String value) {
        Map<String, String> more = new LinkedHashMap<>(settings);
        more.put(key, value);
        return new AgentSpec(type, capabilities, parent, more);
    }
}
