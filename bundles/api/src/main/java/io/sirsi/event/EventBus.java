package io.sirsi.event;

import java.util.List;
import java.util.function.Consumer;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Carries facts from who states them to who wants them, inside one node. A publisher never waits
 * for an asynchronous subscriber and never sees a subscriber's failure as an exception. Events of
 * one publishing thread reach one subscriber in the order of publication. Thread-safe.
 */
@ProviderType
public interface EventBus {

    /**
     * Delivers an event: to synchronous subscribers on this thread before the call returns, to
     * asynchronous ones through their bounded queues.
     *
     * @param event the fact
     * @return what became of it
     */
    Receipt publish(Event event);

    /**
     * Asks for events of a type and its subtypes.
     *
     * @param <E> the type
     * @param type the type
     * @param options name, delivery, queue
     * @param handler called for each event; an exception from it makes a dead letter
     * @return ends the subscription when closed; closing waits at most one second for the handler
     *     that runs
     */
    <E extends Event> Subscription subscribe(
            Class<E> type, SubscriberOptions options, Consumer<? super E> handler);

    /**
     * {@return whether publishing an event of this type would reach anybody now; for publishers to
     * whom it costs something to make the event}
     */
    default boolean wants(Class<? extends Event> type) {
        return true;
    }

    /** {@return the newest events that a subscriber did not take, newest last; bounded} */
    List<DeadLetter> deadLetters();

    /** {@return what each subscriber has received so far} */
    List<SubscriberStats> subscribers();
}
