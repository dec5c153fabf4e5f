package io.sirsi.events.internal;

import io.sirsi.event.Event;
import java.util.function.Consumer;

/**
 * Takes events on the publisher's thread.
 *
 * @param <E> the type of event
 */
final class SyncSubscriber<E extends Event> extends Subscriber<E> {

    SyncSubscriber(
            Class<E> type, String name, Consumer<? super E> handler, DeadLetters deadLetters) {
        super(type, name, handler, deadLetters);
    }

    @Override
    Given give(Event event) {
        return handle(event);
    }

    @Override
    int waiting() {
        return 0;
    }

    @Override
    void closing() {
        // There is no thread and no queue to end.
    }

    @Override
    void awaitThread(long deadline) {
        // It has none.
    }

    @Override
    void overdue() {
        // The thread is the publisher's, and not ours to interrupt.
    }
}
