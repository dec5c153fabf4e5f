package io.sirsi.wasm.internal;

import io.sirsi.agent.AgentType;
import io.sirsi.spi.agent.AgentProvider;
import java.util.Optional;

/** Where agent types are made to exist. Thread-safe. */
interface AgentTypes {

    /** A type that exists until it is withdrawn. */
    @FunctionalInterface
    interface Offer {

        /** Makes the type go; blocks while its agents drain. */
        void withdraw();
    }

    /**
     * Makes a type exist.
     *
     * @param provider makes its agents
     * @param module the module's id
     * @return how to end it
     */
    Offer offer(AgentProvider provider, String module);

    /** {@return the name of the bundle, other than ours, that has a type; empty if none has it} */
    Optional<String> foreignOwner(AgentType type);

    /** {@return whether a type that exists now, whosever it is, runs tasks of a type} */
    boolean anyRuns(String taskType);
}
