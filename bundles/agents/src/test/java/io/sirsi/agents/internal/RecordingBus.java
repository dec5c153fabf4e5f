package io.sirsi.agents.internal;

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

/** A bus that remembers what was said, and on which context class loader. */
final class RecordingBus implements EventBus {

    final List<Event> events = new CopyOnWriteArrayList<>();
    final List<ClassLoader> loaders = new CopyOnWriteArrayList<>();

    @Override
    public Receipt publish(Event event) {
        loaders.add(Thread.currentThread().getContextClassLoader());
        events.add(event);
        return new Receipt(1, 0, 0);
    }

    <E extends Event> List<E> of(Class<E> type) {
        return events.stream().filter(type::isInstance).map(type::cast).toList();
    }

    @Override
    public <E extends Event> Subscription subscribe(
            Class<E> type, SubscriberOptions options, Consumer<? super E> handler) {
        throw new UnsupportedOperationException("the agents publish only");
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
