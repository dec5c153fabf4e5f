package io.sirsi.telemetry.internal;

import io.sirsi.event.DeadLetter;
import io.sirsi.event.Event;
import io.sirsi.event.EventBus;
import io.sirsi.event.Receipt;
import io.sirsi.event.SubscriberOptions;
import io.sirsi.event.SubscriberStats;
import io.sirsi.event.Subscription;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** A bus that delivers on the publisher's thread, with statistics that the test sets. */
final class HandBus implements EventBus {

    final List<Consumer<Event>> handlers = new ArrayList<>();
    final List<SubscriberOptions> options = new ArrayList<>();
    final List<DeadLetter> letters = new ArrayList<>();
    final List<SubscriberStats> stats = new ArrayList<>();

    @Override
    public Receipt publish(Event event) {
        handlers.forEach(handler -> handler.accept(event));
        return new Receipt(0, handlers.size(), 0);
    }

    @Override
    public <E extends Event> Subscription subscribe(
            Class<E> type, SubscriberOptions wanted, Consumer<? super E> handler) {
        Consumer<Event> each = event -> handler.accept(type.cast(event));
        handlers.add(each);
        options.add(wanted);
        return () -> handlers.remove(each);
    }

    @Override
    public List<DeadLetter> deadLetters() {
        return letters;
    }

    @Override
    public List<SubscriberStats> subscribers() {
        return stats;
    }
}
