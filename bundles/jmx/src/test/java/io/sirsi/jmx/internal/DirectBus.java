package io.sirsi.jmx.internal;

import io.sirsi.event.DeadLetter;
import io.sirsi.event.Event;
import io.sirsi.event.EventBus;
import io.sirsi.event.Receipt;
import io.sirsi.event.SubscriberOptions;
import io.sirsi.event.SubscriberStats;
import io.sirsi.event.Subscription;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** A bus that delivers on the publisher's thread, so that a test need not wait. */
final class DirectBus implements EventBus {

    private final List<Consumer<Event>> handlers = new CopyOnWriteArrayList<>();

    @Override
    public Receipt publish(Event event) {
        handlers.forEach(handler -> handler.accept(event));
        return new Receipt(0, handlers.size(), 0);
    }

    @Override
    public <E extends Event> Subscription subscribe(
            Class<E> type, SubscriberOptions options, Consumer<? super E> handler) {
        Consumer<Event> typed =
                event -> {
                    if (type.isInstance(event)) {
                        handler.accept(type.cast(event));
                    }
                };
        handlers.add(typed);
        return () -> handlers.remove(typed);
    }

    /** {@return how many listen} */
    int listeners() {
        return handlers.size();
    }

    @Override
    public List<DeadLetter> deadLetters() {
        return List.of();
    }

    @Override
    public List<SubscriberStats> subscribers() {
        return List.of();
    }
}
