package io.sirsi.scheduler.internal;

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
import java.util.stream.Collectors;

/** A bus that delivers at once, on the publisher's thread, and remembers if asked to. */
final class LocalBus implements EventBus {

    private final List<Consumer<Event>> subscribers = new CopyOnWriteArrayList<>();
    private final List<Event> events = new java.util.ArrayList<>();
    volatile boolean remembers = true;

    @Override
    public Receipt publish(Event event) {
        if (remembers) {
            synchronized (events) {
                events.add(event);
            }
        }
        subscribers.forEach(subscriber -> subscriber.accept(event));
        return new Receipt(subscribers.size(), 0, 0);
    }

    List<Event> events() {
        synchronized (events) {
            return List.copyOf(events);
        }
    }

    <E extends Event> List<E> of(Class<E> type) {
        return events().stream().filter(type::isInstance).map(type::cast).toList();
    }

    /** {@return the names of the events so far, in order} */
    String story() {
        return events().stream()
                .map(event -> event.getClass().getSimpleName())
                .collect(Collectors.joining(" "));
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
