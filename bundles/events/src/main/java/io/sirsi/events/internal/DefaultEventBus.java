package io.sirsi.events.internal;

import io.sirsi.event.DeadLetter;
import io.sirsi.event.Event;
import io.sirsi.event.EventBus;
import io.sirsi.event.Receipt;
import io.sirsi.event.SubscriberOptions;
import io.sirsi.event.SubscriberOptions.Delivery;
import io.sirsi.event.SubscriberStats;
import io.sirsi.event.Subscription;
import io.sirsi.failure.RefusedException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/**
 * The event bus of one node. Events reach subscribers in the order in which these subscribed. An
 * event that a handler publishes is delivered before its {@code publish} returns, but after the
 * earlier events of the same thread have reached everyone, so that nobody sees them in another
 * order.
 */
@Component(name = "io.sirsi.events")
@Designate(ocd = DefaultEventBus.Config.class)
public final class DefaultEventBus implements EventBus {

    /** What can be configured. */
    @ObjectClassDefinition(id = "io.sirsi.events", name = "Event bus")
    @interface Config {

        /** {@return how many dead letters are kept, 0 to 100,000} */
        @AttributeDefinition(
                name = "Dead letters",
                description =
                        "How many of the newest events that a subscriber did not take are kept,"
                                + " 0 to 100000.")
        int deadLetterCapacity() default 1000;
    }

    /** Handlers that publish to each other in a circle end here, not in a stack overflow. */
    static final int DEEPEST_NESTING = 64;

    private static final int MOST_DEAD_LETTERS = 100_000;
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(1);

    private final DeadLetters deadLetters;
    private final Duration closeTimeout;
    private final List<Subscriber<?>> subscribers = new CopyOnWriteArrayList<>();
    private final AtomicBoolean stopped = new AtomicBoolean();

    /** What this thread is delivering, oldest first. Removed when there is nothing. */
    @SuppressWarnings("ThreadLocalUsage") // One a bus: it must not outlive the bus.
    private final ThreadLocal<List<Passage>> underWay = ThreadLocal.withInitial(ArrayList::new);

    /**
     * Makes the bus of a node.
     *
     * @param config its configuration
     */
    @Activate
    public DefaultEventBus(Config config) {
        this(config.deadLetterCapacity(), Clock.systemUTC(), LONGEST_WAIT);
    }

    DefaultEventBus(int deadLetterCapacity, Clock clock, Duration closeTimeout) {
        if (deadLetterCapacity < 0 || deadLetterCapacity > MOST_DEAD_LETTERS) {
            throw new IllegalArgumentException(
                    "io.sirsi.events.cfg: deadLetterCapacity must be 0 to "
                            + MOST_DEAD_LETTERS
                            + ", not "
                            + deadLetterCapacity);
        }
        this.deadLetters = new DeadLetters(deadLetterCapacity, clock);
        this.closeTimeout = closeTimeout;
    }

    @Override
    public Receipt publish(Event event) {
        List<Passage> passages = underWay.get();
        Passage passage = new Passage(event, List.copyOf(subscribers));
        if (passages.size() == DEEPEST_NESTING) {
            passage.refuse(
                    "It was published by a handler inside a handler, "
                            + DEEPEST_NESTING
                            + " deep: handlers publish in a circle.");
            return passage.receipt();
        }
        passages.add(passage);
        try {
            // By index: a handler that runs here may publish, and then the list grows and shrinks.
            for (int i = 0; i < passages.size(); i++) {
                passages.get(i).run();
            }
        } finally {
            passages.remove(passages.size() - 1);
            if (passages.isEmpty()) {
                underWay.remove();
            }
        }
        return passage.receipt();
    }

    @Override
    public <E extends Event> Subscription subscribe(
            Class<E> type, SubscriberOptions options, Consumer<? super E> handler) {
        Subscriber<E> subscriber = subscriber(type, options, handler);
        subscribers.add(subscriber);
        if (stopped.get()) {
            end(List.of(subscriber));
            throw RefusedException.unavailable(
                    "The event bus has been stopped and takes no subscriber '"
                            + options.name()
                            + "'; try again when its bundle has been started.");
        }
        return () -> end(List.of(subscriber));
    }

    private <E extends Event> Subscriber<E> subscriber(
            Class<E> type, SubscriberOptions options, Consumer<? super E> handler) {
        if (options.delivery() == Delivery.SYNC) {
            return new SyncSubscriber<>(type, options.name(), handler, deadLetters);
        }
        AsyncSubscriber<E> subscriber = new AsyncSubscriber<>(type, options, handler, deadLetters);
        subscriber.start();
        return subscriber;
    }

    @Override
    public List<DeadLetter> deadLetters() {
        return deadLetters.newestLast();
    }

    @Override
    public List<SubscriberStats> subscribers() {
        return subscribers.stream().<SubscriberStats>map(Subscriber::stats).toList();
    }

    /** Ends all subscriptions; waits at most one second for all their handlers together. */
    @Deactivate
    void stop() {
        stopped.set(true);
        end(List.copyOf(subscribers));
    }

    private void end(List<Subscriber<?>> leaving) {
        long deadline = System.nanoTime() + closeTimeout.toNanos();
        subscribers.removeAll(leaving);
        leaving.forEach(Subscriber::close);
        leaving.forEach(subscriber -> subscriber.awaitHandler(deadline));
    }
}
