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
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A living agent. What changes in it is guarded by the lock of its runtime, except how many tasks
 * it runs, which changes with every task.
 */
final class AgentCell implements RunningTask.Place {

    private static final AtomicIntegerFieldUpdater<AgentCell> PLACES =
            AtomicIntegerFieldUpdater.newUpdater(AgentCell.class, "places");

    /** Added to the number of tasks when no more are taken: more than any agent runs. */
    private static final int CLOSED = 1 << 30;

    final AgentId id;
    final SessionId session;
    final AgentSpec spec;
    final Set<AgentCell> children = new LinkedHashSet<>();

    /** Completes when the agent is Terminated; for a second one who wants it to end. */
    final CompletableFuture<Boolean> ended = new CompletableFuture<>();

    /** The agent's object; null before it is made and after the end. */
    volatile @Nullable Agent agent;

    /** Where it is made and runs; null while its type is not there. */
    volatile @Nullable TypeSlot slot;

    /** Whether it has a record, and so comes back. */
    boolean onDisk;

    /** Whether someone ends it, although it has not been made yet. */
    boolean doomed;

    /** Why it could not be made again; null if that was not tried or succeeded. */
    @Nullable String problem;

    /** A question after its health that is still open, so that a mute agent costs one thread. */
    @Nullable Future<?> healthCall;

    private volatile int concurrency;
    private final Consumer<AgentCell> whenIdle;
    private volatile int places = CLOSED;
    private volatile AgentState state = AgentState.INITIALIZING;
    private Instant since;

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
        concurrency = type.descriptor().concurrency();
        agent = object;
    }

    /** {@return whether it came back from disk and has no object yet} */
    boolean waits() {
        return onDisk && !doomed && state == AgentState.INITIALIZING;
    }

    /** {@return whether there was a place, which the caller has now} */
    boolean takePlace() {
        while (true) {
            int now = places;
            if (now >= concurrency) {
                return false;
            }
            if (PLACES.compareAndSet(this, now, now + 1)) {
                return true;
            }
        }
    }

    @Override
    public void giveBack() {
        PLACES.decrementAndGet(this);
    }

    @Override
    public void idle() {
        whenIdle.accept(this);
    }

    /** {@return how many tasks it runs} */
    int running() {
        return places & ~CLOSED;
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
        if (took != next.takesTasks()) {
            PLACES.getAndAdd(this, took ? CLOSED : -CLOSED);
        }
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
