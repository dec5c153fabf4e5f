package io.sirsi.hypervisor.internal;

import io.sirsi.event.DeadLetter;
import io.sirsi.event.Event;
import io.sirsi.event.EventBus;
import io.sirsi.event.Receipt;
import io.sirsi.event.SubscriberOptions;
import io.sirsi.event.SubscriberStats;
import io.sirsi.event.Subscription;
import io.sirsi.failure.RefusedException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** A bus that delivers on the publisher's thread and remembers what it carried. */
final class DirectBus implements EventBus {

    private record Subscriber<E extends Event>(Class<E> type, Consumer<? super E> handler) {
        boolean wants(Event event) {
            return type.isInstance(event);
        }

        void take(Event event) {
            handler.accept(type.cast(event));
        }
    }

    boolean stopped;
    final List<Event> published = new CopyOnWriteArrayList<>();
    final List<RuntimeException> failures = new CopyOnWriteArrayList<>();
    private final List<Subscriber<?>> subscribers = new CopyOnWriteArrayList<>();

    @Override
    public Receipt publish(Event event) {
        published.add(event);
        int handled = 0;
        int failed = 0;
        for (Subscriber<?> subscriber : subscribers) {
            if (subscriber.wants(event)) {
                try {
                    subscriber.take(event);
                    handled++;
                } catch (RuntimeException e) {
                    failures.add(e);
                    failed++;
                }
            }
        }
        return new Receipt(handled, 0, failed);
    }

    @Override
    public <E extends Event> Subscription subscribe(
            Class<E> type, SubscriberOptions options, Consumer<? super E> handler) {
        if (stopped) {
            throw RefusedException.unavailable("the bus has stopped");
        }
        Subscriber<E> subscriber = new Subscriber<>(type, handler);
        subscribers.add(subscriber);
        return () -> subscribers.remove(subscriber);
    }

    @Override
    public boolean wants(Class<? extends Event> type) {
        return subscribers.stream().anyMatch(one -> one.type().isAssignableFrom(type));
    }

    /** Whoever listened is gone, as after a crash. */
    void forgetSubscribers() {
        subscribers.clear();
    }

    <E extends Event> List<E> published(Class<E> type) {
        return published.stream().filter(type::isInstance).map(type::cast).toList();
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
