package io.sirsi.events.internal;

import io.sirsi.event.Event;
import io.sirsi.event.Receipt;
import java.util.List;

/**
 * One event on its way to the subscribers that there were when it was published. Belongs to the
 * publishing thread.
 */
final class Passage {

    private final Event event;
    private final List<Subscriber<?>> subscribers;
    private int next;
    private int handled;
    private int queued;
    private int failed;

    Passage(Event event, List<Subscriber<?>> subscribers) {
        this.event = event;
        this.subscribers = subscribers;
    }

    /**
     * Gives the event to everyone who has not been given it. May be called again from within a
     * handler that this call runs: the inner call then does the rest, and the outer one finds
     * nothing left.
     */
    void run() {
        while (next < subscribers.size()) {
            Subscriber<?> subscriber = subscribers.get(next);
            next++;
            if (subscriber.wants(event)) {
                count(subscriber.give(event));
            }
        }
    }

    /** Gives the event to nobody: each one who wanted it has a dead letter instead. */
    void refuse(String reason) {
        while (next < subscribers.size()) {
            Subscriber<?> subscriber = subscribers.get(next);
            next++;
            if (subscriber.wants(event)) {
                subscriber.missed(event, reason);
                failed++;
            }
        }
    }

    /** {@return what became of the event so far} */
    Receipt receipt() {
        return new Receipt(handled, queued, failed);
    }

    private void count(Subscriber.Given given) {
        switch (given) {
            case HANDLED -> handled++;
            case QUEUED -> queued++;
            case FAILED -> failed++;
            case CLOSED -> {
                // It has left since: neither a success nor a failure.
            }
        }
    }
}
