package io.sirsi.events.internal;

import io.sirsi.event.Event;
import io.sirsi.event.SubscriberStats;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One who wants events of a type: runs the handler, keeps the counts, knows who is inside the
 * handler. Thread-safe.
 *
 * @param <E> the type of event
 */
abstract class Subscriber<E extends Event> {

    /** What became of an event that was given to a subscriber. */
    enum Given {
        /** Its handler took it. */
        HANDLED,
        /** It waits in the queue. */
        QUEUED,
        /** Its handler failed, or the queue was full; there is a dead letter. */
        FAILED,
        /** The subscription had been closed. */
        CLOSED
    }

    private static final Logger log = LoggerFactory.getLogger(Subscriber.class);

    private final Class<E> type;
    private final String name;
    private final Consumer<? super E> handler;
    private final DeadLetters deadLetters;

    private final LongAdder delivered = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder dropped = new LongAdder();

    /** Guards what follows. */
    final ReentrantLock lock = new ReentrantLock();

    private final Condition left = lock.newCondition();
    private final List<Thread> inside = new ArrayList<>(2);
    private boolean closed;

    Subscriber(Class<E> type, String name, Consumer<? super E> handler, DeadLetters deadLetters) {
        this.type = type;
        this.name = name;
        this.handler = handler;
        this.deadLetters = deadLetters;
    }

    /** {@return who it is} */
    final String name() {
        return name;
    }

    /** {@return whether the event is of the type} */
    final boolean wants(Event event) {
        return type.isInstance(event);
    }

    /**
     * Takes an event of the type; never throws.
     *
     * @param event an event that it {@link #wants}
     * @return what became of it
     */
    abstract Given give(Event event);

    /** {@return how many events wait} */
    abstract int waiting();

    /** Called once, with the lock held, when no more events are to be taken. */
    abstract void closing();

    /** Called when nobody is inside the handler any more: waits for a thread of its own to end. */
    abstract void awaitThread(long deadline);

    /** Called when the handler has not come back in time. */
    abstract void overdue();

    /** {@return what it has received so far} */
    final SubscriberStats stats() {
        return new SubscriberStats(name, delivered.sum(), failed.sum(), dropped.sum(), waiting());
    }

    /** {@return whether it takes no more events; to be called with the lock held} */
    final boolean isClosed() {
        return closed;
    }

    /** Stops taking events. A handler that runs goes on. */
    final void close() {
        lock.lock();
        try {
            if (!closed) {
                closed = true;
                closing();
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until no other thread is inside the handler.
     *
     * @param deadline until when, in terms of {@link System#nanoTime}
     */
    final void awaitHandler(long deadline) {
        boolean inTime;
        lock.lock();
        try {
            inTime = awaitOthers(deadline);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        } finally {
            lock.unlock();
        }
        if (inTime) {
            awaitThread(deadline);
        } else {
            log.warn("the handler of subscriber {} still runs after its subscription ended", name);
            overdue();
        }
    }

    private boolean awaitOthers(long deadline) throws InterruptedException {
        Thread me = Thread.currentThread();
        while (inside.stream().anyMatch(thread -> thread != me)) {
            long remaining = deadline - System.nanoTime();
            if (remaining <= 0) {
                return false;
            }
            left.awaitNanos(remaining);
        }
        return true;
    }

    /** Runs the handler on this thread, unless the subscription has ended. */
    final Given handle(Event event) {
        if (!enter()) {
            return Given.CLOSED;
        }
        try {
            handler.accept(type.cast(event));
            delivered.increment();
            return Given.HANDLED;
        } catch (Throwable e) { // A subscriber's fault, of whatever kind, is not the publisher's.
            failure(event, e);
            return Given.FAILED;
        } finally {
            leave();
        }
    }

    private boolean enter() {
        lock.lock();
        try {
            if (closed) {
                return false;
            }
            inside.add(Thread.currentThread());
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void leave() {
        lock.lock();
        try {
            inside.remove(Thread.currentThread());
            left.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void failure(Event event, Throwable e) {
        if (e instanceof InterruptedException) {
            Thread.currentThread().interrupt();
        }
        failed.increment();
        deadLetters.add(event, name, "The handler failed with " + e + ".");
        long sofar = failed.sum();
        if (isPowerOfTwo(sofar)) {
            log.error("subscriber {} failed on {}, {} times so far", name, kind(event), sofar, e);
        }
    }

    /** Counts an event that the handler is never given because another one needs its place. */
    final void drop(Event event) {
        dropped.increment();
        deadLetters.add(event, name, "The queue was full.");
        long sofar = dropped.sum();
        if (isPowerOfTwo(sofar)) {
            log.warn("subscriber {} is too slow and lost {} events so far", name, sofar);
        }
    }

    /** Counts an event that the handler is not given for another reason. */
    final void missed(Event event, String reason) {
        failed.increment();
        deadLetters.add(event, name, reason);
        log.error("subscriber {} was not given {}: {}", name, kind(event), reason);
    }

    private static String kind(Event event) {
        return event.getClass().getSimpleName();
    }

    /** So that a flood of faults makes a few lines, not a flood of them. */
    private static boolean isPowerOfTwo(long count) {
        return Long.bitCount(count) == 1;
    }
}
