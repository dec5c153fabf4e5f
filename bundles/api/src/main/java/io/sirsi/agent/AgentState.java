package io.sirsi.agent;

import java.util.EnumSet;
import java.util.Set;

/**
 * The life of an agent. One whose type goes drains and is Initializing until its type is there
 * again; one that could not be made when it was spawned is Failed, and nobody was given it, so it
 * can only be terminated; Terminated is final.
 */
public enum AgentState {
    /**
     * Its object is being made; after a restart of the node, and after its type went away, as soon
     * as its type is there.
     */
    INITIALIZING,
    /** It has no task and takes one. */
    READY,
    /** It runs at least one task; it may take more if its type runs several at once. */
    BUSY,
    /** It finishes what it runs and takes nothing more. */
    DRAINING,
    /** It could not be made when it was spawned. */
    FAILED,
    /** It is gone. */
    TERMINATED;

    /** {@return the states that can follow this one} */
    public Set<AgentState> next() {
        return switch (this) {
            case INITIALIZING -> EnumSet.of(READY, FAILED, TERMINATED);
            case READY -> EnumSet.of(BUSY, DRAINING, FAILED, TERMINATED);
            case BUSY -> EnumSet.of(READY, DRAINING, FAILED, TERMINATED);
            case DRAINING -> EnumSet.of(INITIALIZING, FAILED, TERMINATED);
            case FAILED -> EnumSet.of(TERMINATED);
            case TERMINATED -> EnumSet.noneOf(AgentState.class);
        };
    }

    /** {@return whether an agent in this state may be given a task} */
    public boolean takesTasks() {
        return this == READY || this == BUSY;
    }
}
