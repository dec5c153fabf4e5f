package io.sirsi.task;

import io.sirsi.agent.AgentId;
import io.sirsi.agent.AgentSnapshot;
import io.sirsi.agent.AgentType;

/**
 * Which agents may run a task. All constraints of a task must hold; a preference never excludes.
 */
public sealed interface AgentConstraint {

    /**
     * Tests an agent.
     *
     * @param agent the agent as it is
     * @return whether it meets the constraint; for a preference, whether it is preferred
     */
    boolean matches(AgentSnapshot agent);

    /** {@return the constraint in words} */
    String describe();

    /**
     * It has a capability: a field of expertise, or its type's name.
     *
     * @param capability the name
     */
    record RequireCapability(String capability) implements AgentConstraint {
        @Override
        public boolean matches(AgentSnapshot agent) {
            return has(agent, capability);
        }

        @Override
        public String describe() {
            return "an agent with the capability '" + capability + "'";
        }
    }

    /**
     * It does not have a capability.
     *
     * @param capability the name
     */
    record ForbidCapability(String capability) implements AgentConstraint {
        @Override
        public boolean matches(AgentSnapshot agent) {
            return !has(agent, capability);
        }

        @Override
        public String describe() {
            return "an agent without the capability '" + capability + "'";
        }
    }

    /**
     * It had better have a capability.
     *
     * @param capability the name
     */
    record PreferCapability(String capability) implements AgentConstraint {
        @Override
        public boolean matches(AgentSnapshot agent) {
            return has(agent, capability);
        }

        @Override
        public String describe() {
            return "preferably an agent with the capability '" + capability + "'";
        }
    }

    /**
     * It is of a type.
     *
     * @param type the type
     */
    record OfType(AgentType type) implements AgentConstraint {
        @Override
        public boolean matches(AgentSnapshot agent) {
            return agent.spec().type().equals(type);
        }

        @Override
        public String describe() {
            return "an agent of type '" + type + "'";
        }
    }

    /**
     * It is this one.
     *
     * @param agent the agent
     */
    record Named(AgentId agent) implements AgentConstraint {
        @Override
        public boolean matches(AgentSnapshot candidate) {
            return candidate.id().equals(agent);
        }

        @Override
        public String describe() {
            return "the agent '" + agent + "'";
        }
    }

    /** {@return it has a capability: a field of expertise, or its type's name} */
    static AgentConstraint requireCapability(String capability) {
        return new RequireCapability(capability);
    }

    /** {@return it does not have a capability} */
    static AgentConstraint forbidCapability(String capability) {
        return new ForbidCapability(capability);
    }

    /** {@return it had better have a capability} */
    static AgentConstraint preferCapability(String capability) {
        return new PreferCapability(capability);
    }

    /** {@return it is of a type} */
    static AgentConstraint ofType(String type) {
        return new OfType(new AgentType(type));
    }

    /** {@return it is this one} */
    static AgentConstraint named(AgentId agent) {
        return new Named(agent);
    }

    /** {@return whether the constraint is only a preference} */
    default boolean isPreference() {
        return this instanceof PreferCapability;
    }

    private static boolean has(AgentSnapshot agent, String capability) {
        return agent.spec().capabilities().domains().contains(capability)
                || agent.spec().type().value().equals(capability);
    }
}
