package io.sirsi.crashtest;

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

/** A bus that delivers at once, on the publisher's thread. Thread-safe. */
final class LocalBus implements EventBus {

    private final List<Consumer<Event>> subscribers = new CopyOnWriteArrayList<>();

    @Override
    public Receipt publish(Event event) {
        subscribers.forEach(subscriber -> subscriber.accept(event));
        return new Receipt(subscribers.size(), 0, 0);
    }

    @Override
    public <E extends Event> Subscription subscribe(
            Class<E> type, SubscriberOptions options, Consumer<? super E> handler) {
        Consumer<Event> subscriber =
                event -> {
                    if (type.isInstance(event)) {
                        handler.accept(type.cast(event));
                    }
                };
        subscribers.add(subscriber);
        return () -> subscribers.remove(subscriber);
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
