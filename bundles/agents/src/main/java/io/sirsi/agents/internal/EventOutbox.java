package io.sirsi.agents.internal;

import io.sirsi.event.Event;
import io.sirsi.event.EventBus;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Facts on their way to the bus: put in under the lock that made them true, taken out without it,
 * by one thread at a time and in the same order. Whoever finds another thread at it leaves; that
 * one takes these facts along.
 */
final class EventOutbox {

    private static final Logger LOG = LoggerFactory.getLogger(EventOutbox.class);

    private final EventBus bus;
    private final Queue<Event> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger calls = new AtomicInteger();

    EventOutbox(EventBus bus) {
        this.bus = bus;
    }

    /** Puts a fact in line; quick, and safe under a lock. */
    void add(Event event) {
        waiting.add(event);
    }

    /** Publishes what is in line. Not to be called under a lock. */
    void flush() {
        int seen = 1;
        if (calls.getAndIncrement() != 0) {
            return;
        }
        while (seen != 0) {
            for (Event event = waiting.poll(); event != null; event = waiting.poll()) {
                publish(event);
            }
            seen = calls.addAndGet(-seen);
        }
    }

    private void publish(Event event) {
        try {
            bus.publish(event);
        } catch (RuntimeException bug) {
            LOG.error("the bus failed on {}", event.getClass().getSimpleName(), bug);
        }
    }
}
