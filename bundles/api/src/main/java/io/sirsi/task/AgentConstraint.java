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

    /**
     * It is not of a type.
     *
     * @param type the type
     */
    record ForbidType(AgentType type) implements AgentConstraint {
        @Override
        public boolean matches(AgentSnapshot agent) {
            return !agent.spec().type().equals(type);
        }

        @Override
        public String describe() {
            return "an agent of another type than '" + type + "'";
        }
    }

    /**
     * It had better be of a type.
     *
     * @param type the type
     */
    record PreferType(AgentType type) implements AgentConstraint {
        @Override
        public boolean matches(AgentSnapshot agent) {
            return agent.spec().type().equals(type);
        }

        @Override
        public String describe() {
            return "preferably an agent of type '" + type + "'";
        }
    }

    /**
     * It is not this one.
     *
     * @param agent the agent
     */
    record ForbidAgent(AgentId agent) implements AgentConstraint {
        @Override
        public boolean matches(AgentSnapshot candidate) {
            return !candidate.id().equals(agent);
        }

        @Override
        public String describe() {
            return "another agent than '" + agent + "'";
        }
    }

    /**
     * It had better be this one.
     *
     * @param agent the agent
     */
    record PreferAgent(AgentId agent) implements AgentConstraint {
        @Override
        public boolean matches(AgentSnapshot candidate) {
            return candidate.id().equals(agent);
        }

        @Override
        public String describe() {
            return "preferably the agent '" + agent + "'";
        }
    }

    /**
     * All tasks of a group run on one agent: the one that the first of them met, for as long as it
     * is there.
     *
     * @param group the group's name within its session, 1 to 63 characters
     */
    record CoLocate(String group) implements AgentConstraint {
        public CoLocate {
            checkGroup(group);
        }

        @Override
        public boolean matches(AgentSnapshot agent) {
            return true; // Which agent it is, the scheduler decides when the first one starts.
        }

        @Override
        public String describe() {
            return "the agent that runs the group '" + group + "'";
        }
    }

    /**
     * Tasks of a group run on different agents: none runs where another of them runs at the time.
     *
     * @param group the group's name within its session, 1 to 63 characters
     */
    record Spread(String group) implements AgentConstraint {
        public Spread {
            checkGroup(group);
        }

        @Override
        public boolean matches(AgentSnapshot agent) {
            return true; // It depends on what runs there when the task could start.
        }

        @Override
        public String describe() {
            return "an agent that runs no other task of the group '" + group + "'";
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

    /** {@return it is not of a type} */
    static AgentConstraint forbidType(String type) {
        return new ForbidType(new AgentType(type));
    }

    /** {@return it had better be of a type} */
    static AgentConstraint preferType(String type) {
        return new PreferType(new AgentType(type));
    }

    /** {@return it is not this one} */
    static AgentConstraint forbidAgent(AgentId agent) {
        return new ForbidAgent(agent);
    }

    /** {@return it had better be this one} */
    static AgentConstraint preferAgent(AgentId agent) {
        return new PreferAgent(agent);
    }

    /** {@return all tasks of the group run on one agent} */
    static AgentConstraint coLocate(String group) {
        return new CoLocate(group);
    }

    /** {@return tasks of the group run on different agents} */
    static AgentConstraint spread(String group) {
        return new Spread(group);
    }

    /** {@return whether the constraint is only a preference} */
    default boolean isPreference() {
        return this instanceof PreferCapability
                || this instanceof PreferType
                || this instanceof PreferAgent;
    }

    private static void checkGroup(String group) {
        if (group.isBlank() || group.length() > 63) {
            throw new IllegalArgumentException(
                    "a group's name is 1 to 63 characters: '" + group + "'");
        }
    }

    private static boolean has(AgentSnapshot agent, String capability) {
        return agent.spec().capabilities().domains().contains(capability)
                || agent.spec().type().value().equals(capability);
    }
}
