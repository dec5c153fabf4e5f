package io.sirsi.journal.internal;

import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** The threads that wait for a position. Adding is lock-free; waking is for one thread. */
final class Waiters {

    /** A thread that waits. */
    static final class Waiter {
        private final long position;
        private final Thread thread;
        private volatile boolean gone;
        private @Nullable Waiter next;

        private Waiter(long position) {
            this.position = position;
            this.thread = Thread.currentThread();
        }

        /** Says that it need not be woken any more. */
        void leave() {
            gone = true;
        }
    }

    private final AtomicReference<@Nullable Waiter> top = new AtomicReference<>();

    /** Adds the current thread; it looks once more at what it waits for before it parks. */
    Waiter add(long position) {
        Waiter waiter = new Waiter(position);
        push(waiter);
        return waiter;
    }

    private void push(Waiter waiter) {
        Waiter seen;
        do {
            seen = top.get();
            waiter.next = seen;
        } while (!top.compareAndSet(seen, waiter));
    }

    /** Wakes those who wait for a position that is not greater. */
    void wake(long position) {
        if (top.get() == null) {
            return;
        }
        Waiter waiter = top.getAndSet(null);
        while (waiter != null) {
            Waiter next = waiter.next;
            if (waiter.position <= position) {
                LockSupport.unpark(waiter.thread);
            } else if (!waiter.gone) {
                push(waiter);
            }
            waiter = next;
        }
    }
}
