package io.sirsi.events.internal;

import io.sirsi.event.Event;
import io.sirsi.event.SubscriberOptions;
import io.sirsi.event.SubscriberOptions.Overflow;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Takes events on a thread of its own, through a bounded queue.
 *
 * @param <E> the type of event
 */
final class AsyncSubscriber<E extends Event> extends Subscriber<E> {

    private final int capacity;
    private final Overflow overflow;
    private final Deque<Event> queue = new ArrayDeque<>();
    private final Condition arrived = lock.newCondition();
    private final Thread thread;

    AsyncSubscriber(
            Class<E> type,
            SubscriberOptions options,
            Consumer<? super E> handler,
            DeadLetters deadLetters) {
        super(type, options.name(), handler, deadLetters);
        this.capacity = options.capacity();
        this.overflow = options.overflow();
        this.thread = new Thread(this::takeUntilClosed, "sirsi-events-" + options.name());
        thread.setDaemon(true);
        // Not the subscribing thread's loader, which may belong to a bundle that goes earlier.
        thread.setContextClassLoader(AsyncSubscriber.class.getClassLoader());
    }

    /** Begins to take events out of the queue. */
    void start() {
        thread.start();
    }

    @Override
    Given give(Event event) {
        Event loser = null;
        lock.lock();
        try {
            if (isClosed()) {
                return Given.CLOSED;
            }
            if (queue.size() == capacity) {
                loser = overflow == Overflow.DROP_OLDEST ? queue.removeFirst() : event;
            }
            if (loser != event) {
                queue.addLast(event);
                arrived.signal();
            }
        } finally {
            lock.unlock();
        }
        if (loser != null) {
            drop(loser);
        }
        return loser == event ? Given.FAILED : Given.QUEUED;
    }

    @Override
    int waiting() {
        lock.lock();
        try {
            return queue.size();
        } finally {
            lock.unlock();
        }
    }

    @Override
    void closing() {
        queue.clear();
        arrived.signal();
    }

    @Override
    void awaitThread(long deadline) {
        long millis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        if (millis < 1 || Thread.currentThread() == thread) {
            return;
        }
        try {
            thread.join(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    void overdue() {
        thread.interrupt();
    }

    private void takeUntilClosed() {
        Event event = next();
        while (event != null) {
            handle(event);
            // Left over from a handler that was interrupted; the next one must not suffer for it.
            Thread.interrupted();
            event = next();
        }
    }

    private @Nullable Event next() {
        lock.lock();
        try {
            while (queue.isEmpty() && !isClosed()) {
                arrived.awaitUninterruptibly();
            }
            return queue.pollFirst();
        } finally {
            lock.unlock();
        }
    }
}
