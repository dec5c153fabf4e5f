package io.sirsi.agents.internal;

import io.sirsi.agent.AgentId;
import io.sirsi.agent.AgentSnapshot;
import io.sirsi.agent.AgentSpec;
import io.sirsi.agent.AgentState;
import io.sirsi.session.SessionId;
import io.sirsi.spi.agent.Agent;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A living agent. It outlives the objects that run its tasks: one each time that its type comes.
 * What changes in it is guarded by the lock of its runtime.
 */
final class AgentCell {

    final AgentId id;
    final SessionId session;
    final AgentSpec spec;

    /** Completes when the agent is Terminated; for a second one who wants it to end. */
    final CompletableFuture<Boolean> ended = new CompletableFuture<>();

    /** What runs its tasks; null before it is made, while it waits for its type, and at the end. */
    volatile @Nullable Body body;

    /** Where it is made and runs; null while its type is not there. */
    volatile @Nullable TypeSlot slot;

    /** Whether it has a record, and so comes back. */
    boolean onDisk;

    /** Whether someone ends it, in whatever state it still is. */
    boolean doomed;

    /** Why it could not be made again; null if that was not tried or succeeded. */
    @Nullable String problem;

    /** A question after its health that is still open, so that a mute agent costs one thread. */
    @Nullable Future<?> healthCall;

    private final Consumer<AgentCell> whenIdle;
    private volatile AgentState state = AgentState.INITIALIZING;
    private Instant since;

    /**
     * An agent's object with all that a task needs of it, so that a task is never given to the
     * object of one type and counted at that of the next.
     *
     * @param slot its type
     * @param agent the object
     * @param places how many tasks it runs
     */
    record Body(TypeSlot slot, Agent agent, Places places) {}

    AgentCell(
            AgentId id,
            SessionId session,
            AgentSpec spec,
            Instant now,
            Consumer<AgentCell> whenIdle) {
        this.id = id;
        this.session = session;
        this.spec = spec;
        this.since = now;
        this.whenIdle = whenIdle;
    }

    /** Has its object now, and may become Ready. */
    void begin(TypeSlot type, Agent object) {
        slot = type;
        problem = null;
        body =
                new Body(
                        type,
                        object,
                        new Places(
                                id,
                                session,
                                type.descriptor().concurrency(),
                                () -> whenIdle.accept(this)));
    }

    /** {@return what ran its tasks, which it has not any more} */
    @Nullable Body takeBody() {
        Body found = body;
        body = null;
        return found;
    }

    /** {@return whether it is to be made again when its type is there, or is just being made so} */
    boolean waits() {
        return onDisk && !doomed && state == AgentState.INITIALIZING;
    }

    /** {@return how many tasks it runs} */
    int running() {
        Body now = body;
        return now == null ? 0 : now.places().taken();
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
        boolean took = state.takesTasks();
        state = next;
        since = now;
        Body open = body;
        if (open != null && took != next.takesTasks()) {
            if (took) {
                open.places().close();
            } else {
                open.places().open();
            }
        }
    }

    /** {@return whether someone has begun to end it, or it has ended} */
    boolean ending() {
        return doomed || state == AgentState.FAILED || state == AgentState.TERMINATED;
    }

    AgentSnapshot snapshot() {
        return new AgentSnapshot(id, session, spec, state, since);
    }
}
