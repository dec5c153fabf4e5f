package io.sirsi.wasm.endive.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Who calls an instance, and until when. The caller and the {@link Watchdog} meet in one word: the
 * number of the call and its state. An interrupt is only ever sent in the state FIRING, which the
 * caller cannot leave; so none arrives after the call.
 *
 * <pre>
 *            enter            leave
 *  PARKED ─┬──────▶ ENTERING ──▶ ACTIVE ──▶ IDLE, TRAPPED
 *  IDLE  ──┘                       │ ▲             ▲
 *    ▲ │ not used for a while      │ └ no          │ leave
 *    │ └──▶ PARKED                 ▼               │
 *    └─────────────────────────  FIRING ⇄ FIRED ───┘
 * </pre>
 *
 * PARKED, IDLE and TRAPPED become CLOSED.
 */
final class CallSlot {

    /** How a call ended, as far as its time is concerned. */
    enum Ending {
        /** In time. */
        IN_TIME,
        /** The watchdog interrupted it. */
        TIMED_OUT,
        /** Its time was up when somebody else had interrupted it already. */
        INTERRUPTED
    }

    private static final int PARKED = 0;
    private static final int IDLE = 1;
    private static final int ENTERING = 2;
    private static final int ACTIVE = 3;
    private static final int FIRING = 4;
    private static final int FIRED = 5;
    private static final int TRAPPED = 6;
    private static final int CLOSED = 7;
    private static final int BITS = 3;
    private static final int MASK = (1 << BITS) - 1;

    private static final int IDLE_SCANS = 16;
    private static final int SPINS = 100;
    private static final long YIELD_NANOS = 1_000;
    private static final long CLOSE_POLL_NANOS = 200_000;
    private static final VarHandle WORD;

    static {
        try {
            WORD = MethodHandles.lookup().findVarHandle(CallSlot.class, "word", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Watchdog watchdog;
    private volatile long word;
    private volatile @Nullable Thread thread;
    private long limitNanos;
    private boolean foreign;

    /* Of the watchdog's thread alone. */
    private long seenCall;
    private long deadline;
    private int idleScans;

    CallSlot(Watchdog watchdog) {
        this.watchdog = watchdog;
    }

    /**
     * Begins a call of the current thread.
     *
     * @param nanos how long it may last, in ns, from when the watchdog sees it
     * @throws IllegalStateException if the instance is closed, trapped or in use, or the engine was
     *     stopped
     */
    void enter(long nanos) {
        long seen = word;
        int state = (int) seen & MASK;
        long call = (seen & ~MASK) + (1L << BITS);
        if ((state != IDLE && state != PARKED)
                || !WORD.compareAndSet(this, seen, call | ENTERING)) {
            enterSlowly(call, seen);
            state = PARKED;
        }
        thread = Thread.currentThread();
        limitNanos = nanos;
        foreign = false;
        WORD.setRelease(this, call | ACTIVE);
        if (state == PARKED && !watchdog.add(this)) {
            end(PARKED);
            throw new IllegalStateException("the engine was stopped");
        }
    }

    /* The watchdog may just have parked it; whatever else it is, it cannot be called. */
    private void enterSlowly(long call, long seen) {
        long idle = (seen & ~MASK) | IDLE;
        long parked = (seen & ~MASK) | PARKED;
        if (seen == idle && WORD.compareAndSet(this, parked, call | ENTERING)) {
            return;
        }
        int state = (int) word & MASK;
        throw new IllegalStateException(
                state == CLOSED
                        ? "the instance is closed"
                        : state == TRAPPED
                                ? "the instance trapped before, and can only be closed"
                                : "the instance is in use; one thread at a time can call it");
    }

    /**
     * Ends the call. When it returns, no interrupt of ours is under way or left.
     *
     * @param trapped whether the instance can never be called again
     */
    Ending leave(boolean trapped) {
        return end(trapped ? TRAPPED : IDLE);
    }

    private Ending end(int next) {
        long call = word & ~MASK;
        if (WORD.compareAndSet(this, call | ACTIVE, call | next)) {
            return Ending.IN_TIME;
        }
        int spins = 0;
        while (!WORD.compareAndSet(this, call | FIRED, call | next)) {
            if (++spins > SPINS) {
                LockSupport.parkNanos(this, YIELD_NANOS);
            } else {
                Thread.onSpinWait();
            }
        }
        if (foreign) {
            return Ending.INTERRUPTED;
        }
        Thread.interrupted();
        return Ending.TIMED_OUT;
    }

    /** {@return whether it can be called, or is being called} */
    boolean usable() {
        return ((int) word & MASK) < TRAPPED;
    }

    /** {@return whether it is closed} */
    boolean closed() {
        return ((int) word & MASK) == CLOSED;
    }

    /**
     * Closes it, after waiting for a call of another thread: that has a deadline of its own.
     *
     * @return whether it was open
     * @throws IllegalStateException if the current thread is in a call of it
     */
    boolean close() {
        boolean interrupted = false;
        try {
            while (true) {
                long seen = word;
                int state = (int) seen & MASK;
                if (state == CLOSED) {
                    return false;
                }
                if (state == PARKED || state == IDLE || state == TRAPPED) {
                    if (WORD.compareAndSet(this, seen, (seen & ~MASK) | CLOSED)) {
                        return true;
                    }
                } else if (thread == Thread.currentThread()) {
                    throw new IllegalStateException(
                            "an instance cannot be closed by a host function that it calls");
                } else {
                    LockSupport.parkNanos(this, CLOSE_POLL_NANOS);
                    interrupted |= Thread.interrupted();
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /**
     * Looks at it, on the watchdog's thread.
     *
     * @param now the time, of {@link System#nanoTime()}
     * @param stopped whether every call ends now
     * @return whether it must be looked at again
     */
    boolean watch(long now, boolean stopped) {
        long seen = word;
        int state = (int) seen & MASK;
        if (state == IDLE) {
            idleScans++;
            return (idleScans < IDLE_SCANS && !stopped)
                    || !WORD.compareAndSet(this, seen, (seen & ~MASK) | PARKED);
        }
        idleScans = 0;
        if (state == TRAPPED || state == CLOSED) {
            return false;
        }
        if (state == ENTERING) {
            return true;
        }
        if (seenCall != (seen & ~MASK)) {
            seenCall = seen & ~MASK;
            deadline = now + limitNanos;
        }
        if (stopped || now - deadline >= 0) {
            fire(seen);
        }
        return true;
    }

    /* A second time and more if a host function swallowed the interrupt. */
    private void fire(long seen) {
        boolean again = ((int) seen & MASK) == FIRED;
        if (!WORD.compareAndSet(this, seen, (seen & ~MASK) | FIRING)) {
            return;
        }
        Thread caller = thread;
        if (caller != null) {
            if (!again && caller.isInterrupted()) {
                foreign = true;
            }
            caller.interrupt();
        }
        WORD.setVolatile(this, (seen & ~MASK) | FIRED);
    }
}
