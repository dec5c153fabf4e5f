package io.sirsi.agents.internal;

import io.sirsi.agent.AgentId;
import io.sirsi.session.SessionId;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;

/**
 * How many tasks one object of an agent runs, and may run. Counted without a lock, for it changes
 * with every task. Open only while the agent takes tasks, and never again once it was closed: an
 * agent that is made anew has new ones, so that a task whose thread does not end keeps a place of
 * the object that it was given to, and of no later one.
 */
final class Places implements RunningTask.Place {

    private static final AtomicIntegerFieldUpdater<Places> TAKEN =
            AtomicIntegerFieldUpdater.newUpdater(Places.class, "taken");

    /** Added to the number of tasks when no more are taken: more than any agent runs. */
    private static final int CLOSED = 1 << 30;

    private final AgentId agent;
    private final SessionId session;
    private final int concurrency;
    private final Runnable whenIdle;
    private volatile int taken = CLOSED;

    /**
     * Makes places that are not open yet.
     *
     * @param agent whose places these are
     * @param session where it lives
     * @param concurrency how many tasks may run at once
     * @param whenIdle told when a thread finds no further task
     */
    Places(AgentId agent, SessionId session, int concurrency, Runnable whenIdle) {
        this.agent = agent;
        this.session = session;
        this.concurrency = concurrency;
        this.whenIdle = whenIdle;
    }

    @Override
    public AgentId agent() {
        return agent;
    }

    @Override
    public SessionId session() {
        return session;
    }

    void open() {
        TAKEN.getAndAdd(this, -CLOSED);
    }

    void close() {
        TAKEN.getAndAdd(this, CLOSED);
    }

    /** {@return whether there was a place, which the caller has now} */
    boolean take() {
        while (true) {
            int now = taken;
            if (now >= concurrency) {
                return false;
            }
            if (TAKEN.compareAndSet(this, now, now + 1)) {
                return true;
            }
        }
    }

    @Override
    public void giveBack() {
        TAKEN.decrementAndGet(this);
    }

    @Override
    public void idle() {
        whenIdle.run();
    }

    /** {@return how many are taken} */
    int taken() {
        return taken & ~CLOSED;
    }
}
