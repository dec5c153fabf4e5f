package io.sirsi.agents.internal;

import io.sirsi.agent.AgentId;
import io.sirsi.agent.AgentSnapshot;
import io.sirsi.agent.AgentSpec;
import io.sirsi.agent.AgentState;
import io.sirsi.session.SessionId;
import io.sirsi.spi.agent.Agent;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** A living agent. Everything that changes in it is guarded by the lock of its runtime. */
final class AgentCell {

    final AgentId id;
    final SessionId session;
    final AgentSpec spec;
    final TypeSlot slot;
    final Set<AgentCell> children = new LinkedHashSet<>();
    final Set<RunningTask> running = new LinkedHashSet<>();

    /** Completes when the agent is Terminated; for a second one who wants it to end. */
    final CompletableFuture<Boolean> ended = new CompletableFuture<>();

    /** The agent's object; null before it is made and after the end. */
    @Nullable Agent agent;

    /** A question after its health that is still open, so that a mute agent costs one thread. */
    @Nullable Future<?> healthCall;

    private AgentState state = AgentState.INITIALIZING;
    private Instant since;

    AgentCell(AgentId id, SessionId session, AgentSpec spec, TypeSlot slot, Instant now) {
        this.id = id;
        this.session = session;
        this.spec = spec;
        this.slot = slot;
        this.since = now;
    }

    AgentState state() {
        return state;
    }

    /**
     * Moves along the table of {@link AgentState#next}.
     *
     * @throws IllegalStateException where the table has no such step
     */
    void enter(AgentState next, Instant now) {
        if (!state.next().contains(next)) {
            throw new IllegalStateException(
                    "agent " + id + " cannot go from " + state + " to " + next);
        }
        state = next;
        since = now;
    }

    /** {@return whether someone has begun to end it} */
    boolean ending() {
        return state == AgentState.DRAINING
                || state == AgentState.FAILED
                || state == AgentState.TERMINATED;
    }

    AgentSnapshot snapshot() {
        return new AgentSnapshot(id, session, spec, state, since);
    }
}
