package io.sirsi.bench.ours;

import io.sirsi.event.DeadLetter;
import io.sirsi.event.Event;
import io.sirsi.event.EventBus;
import io.sirsi.event.Receipt;
import io.sirsi.event.SubscriberOptions;
import io.sirsi.event.SubscriberStats;
import io.sirsi.event.Subscription;
import java.util.List;
import java.util.function.Consumer;

/** A bus on which nobody listens, but who extends it. */
public class QuietBus implements EventBus {

    @Override
    public Receipt publish(Event event) {
        return new Receipt(0, 0, 0);
    }

    @Override
    public <E extends Event> Subscription subscribe(
            Class<E> type, SubscriberOptions options, Consumer<? super E> handler) {
        return () -> {};
    }

    @Override
    public boolean wants(Class<? extends Event> type) {
        return false;
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
