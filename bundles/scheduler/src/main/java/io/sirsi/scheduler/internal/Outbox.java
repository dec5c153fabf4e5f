package io.sirsi.scheduler.internal;

import io.sirsi.event.Event;
import io.sirsi.event.EventBus;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Facts on their way to the bus, in the order in which they became true. A fact that is in the log
 * leaves when it is on the disk, so that nobody hears of what a loss of power could undo.
 */
final class Outbox {

    private static final Logger LOG = LoggerFactory.getLogger(Outbox.class);

    /** A fact, or the newest of those that replace one another. */
    private record Item(long position, @Nullable Event event, @Nullable Attempt speaker) {}

    private final EventBus bus;
    private final ConcurrentLinkedQueue<Item> items = new ConcurrentLinkedQueue<>();

    Outbox(EventBus bus) {
        this.bus = bus;
    }

    boolean wants(Class<? extends Event> type) {
        return bus.wants(type);
    }

    /** Adds a fact. */
    void add(long position, Event event) {
        items.add(new Item(position, event, null));
    }

    /** Adds the newest progress that the attempt will have told when its turn comes. */
    void addProgress(Attempt speaker) {
        items.add(new Item(0, null, speaker));
    }

    boolean isEmpty() {
        return items.isEmpty();
    }

    /** {@return whether something could leave now} */
    boolean hasDue(long forced) {
        Item first = items.peek();
        return first != null && first.position() <= forced;
    }

    /** Publishes what may leave; for one thread, which calls whoever listens. */
    void publish(long forced) {
        for (Item next = items.peek();
                next != null && next.position() <= forced;
                next = items.peek()) {
            items.poll();
            Attempt speaker = next.speaker();
            Event event = speaker == null ? next.event() : speaker.takeProgress();
            if (event == null) {
                continue;
            }
            try {
                bus.publish(event);
            } catch (RuntimeException bug) {
                LOG.error("the bus failed on {}", event.getClass().getSimpleName(), bug);
            }
        }
    }
}
