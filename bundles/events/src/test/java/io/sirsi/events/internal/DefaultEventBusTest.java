package io.sirsi.events.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sirsi.event.DeadLetter;
import io.sirsi.event.Event;
import io.sirsi.event.Receipt;
import io.sirsi.event.SubscriberOptions;
import io.sirsi.event.SubscriberOptions.Delivery;
import io.sirsi.event.SubscriberOptions.Overflow;
import io.sirsi.event.SubscriberStats;
import io.sirsi.event.Subscription;
import io.sirsi.failure.RefusedException;
import java.lang.ref.WeakReference;
import java.lang.reflect.Proxy;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DefaultEventBusTest {

    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");

    private interface Fact extends Event {
        @Override
        default Instant at() {
            return NOON;
        }
    }

    private record Opened(String who, int number) implements Fact {
        static Opened number(int number) {
            return new Opened("", number);
        }
    }

    private record Closed(int number) implements Fact {}

    private final List<Event> seen = Collections.synchronizedList(new ArrayList<>());
    private final DefaultEventBus bus = bus(Duration.ofSeconds(20));

    private static DefaultEventBus bus(Duration closeTimeout) {
        return new DefaultEventBus(100, Clock.fixed(NOON, ZoneOffset.UTC), closeTimeout);
    }

    @AfterEach
    void stop() {
        bus.stop();
    }

    @Test
    void gives_an_event_to_who_asked_for_its_type_or_a_type_above_it() {
        List<String> calls = new ArrayList<>();
        bus.subscribe(Opened.class, SubscriberOptions.sync("exact"), e -> calls.add("exact"));
        bus.subscribe(Fact.class, SubscriberOptions.sync("above"), e -> calls.add("above"));
        bus.subscribe(Closed.class, SubscriberOptions.sync("other"), e -> calls.add("other"));
        bus.subscribe(Event.class, SubscriberOptions.sync("all"), e -> calls.add("all"));

        Receipt receipt = bus.publish(Opened.number(1));

        assertThat(calls).containsExactly("exact", "above", "all");
        assertThat(receipt).isEqualTo(new Receipt(3, 0, 0));
        assertThat(receipt.recorded()).isTrue();
    }

    @Test
    void an_event_that_nobody_takes_synchronously_is_not_recorded() {
        CountDownLatch taken = new CountDownLatch(1);
        bus.subscribe(Fact.class, SubscriberOptions.async("later", 10), e -> taken.countDown());

        Receipt receipt = bus.publish(Opened.number(1));

        assertThat(receipt).isEqualTo(new Receipt(0, 1, 0));
        assertThat(receipt.recorded()).isFalse();
        Gate.await(taken);
    }

    @Test
    void a_failing_synchronous_subscriber_shows_in_the_receipt_and_never_as_an_exception() {
        bus.subscribe(
                Fact.class,
                SubscriberOptions.sync("broken"),
                e -> {
                    throw new IllegalStateException("no room");
                });
        bus.subscribe(Fact.class, SubscriberOptions.sync("good"), seen::add);
        Opened event = Opened.number(1);

        Receipt receipt = bus.publish(event);

        assertThat(receipt).isEqualTo(new Receipt(1, 0, 1));
        assertThat(receipt.recorded()).isFalse();
        assertThat(seen).containsExactly(event);
        assertThat(bus.deadLetters())
                .containsExactly(
                        new DeadLetter(
                                event,
                                "broken",
                                "The handler failed with java.lang.IllegalStateException: no room.",
                                NOON));
        assertThat(bus.subscribers())
                .containsExactly(
                        new SubscriberStats("broken", 0, 1, 0, 0),
                        new SubscriberStats("good", 1, 0, 0, 0));
    }

    @Test
    void an_error_in_a_handler_is_no_different_from_an_exception() {
        bus.subscribe(
                Fact.class,
                SubscriberOptions.sync("unlinked"),
                e -> {
                    throw new NoClassDefFoundError("gone/With/TheBundle");
                });

        assertThat(bus.publish(Opened.number(1)).failed()).isEqualTo(1);
    }

    @Test
    void a_failing_asynchronous_subscriber_goes_on_with_the_next_event() {
        CountDownLatch taken = new CountDownLatch(2);
        bus.subscribe(
                Opened.class,
                SubscriberOptions.async("fussy", 10),
                e -> {
                    try {
                        if (e.number() == 1) {
                            Thread.currentThread().interrupt();
                            throw new IllegalStateException("not this one");
                        }
                        seen.add(e);
                    } finally {
                        taken.countDown();
                    }
                });

        bus.publish(Opened.number(1));
        bus.publish(Opened.number(2));
        Gate.await(taken);
        bus.stop();

        assertThat(seen).containsExactly(Opened.number(2));
        assertThat(bus.deadLetters())
                .extracting(DeadLetter::event)
                .containsExactly(Opened.number(1));
    }

    @Test
    void events_of_one_publisher_arrive_in_its_order() throws InterruptedException {
        int each = 2_000;
        CountDownLatch taken = new CountDownLatch(2 * each);
        bus.subscribe(
                Opened.class,
                SubscriberOptions.async("ordered", 2 * each),
                e -> {
                    seen.add(e);
                    taken.countDown();
                });
        List<Thread> publishers = List.of(publisher("left", each), publisher("right", each));
        publishers.forEach(Thread::start);
        for (Thread publisher : publishers) {
            publisher.join(20_000);
        }
        Gate.await(taken);

        for (String who : List.of("left", "right")) {
            assertThat(seen.stream().map(Opened.class::cast).filter(e -> e.who().equals(who)))
                    .extracting(Opened::number)
                    .containsExactlyElementsOf(IntStream.range(0, each).boxed().toList());
        }
    }

    private Thread publisher(String who, int count) {
        return new Thread(
                () -> IntStream.range(0, count).forEach(i -> bus.publish(new Opened(who, i))), who);
    }

    @Test
    void a_full_queue_loses_its_oldest_if_so_asked() {
        List<Receipt> receipts = overflow(Overflow.DROP_OLDEST);

        assertThat(receipts).containsOnly(new Receipt(0, 1, 0));
        assertThat(bus.deadLetters())
                .extracting(DeadLetter::event)
                .containsExactly(Opened.number(1), Opened.number(2));
        assertThat(seen)
                .containsExactly(
                        Opened.number(0), Opened.number(3), Opened.number(4), Opened.number(5));
    }

    @Test
    void a_full_queue_refuses_the_newest_if_so_asked() {
        List<Receipt> receipts = overflow(Overflow.DROP_NEWEST);

        Receipt queued = new Receipt(0, 1, 0);
        Receipt refused = new Receipt(0, 0, 1);
        assertThat(receipts).containsExactly(queued, queued, queued, refused, refused);
        assertThat(bus.deadLetters())
                .containsExactly(
                        new DeadLetter(Opened.number(4), "slow", "The queue was full.", NOON),
                        new DeadLetter(Opened.number(5), "slow", "The queue was full.", NOON));
        assertThat(seen)
                .containsExactly(
                        Opened.number(0), Opened.number(1), Opened.number(2), Opened.number(3));
    }

    /** Publishes 1 to 5 to a queue of three while the handler is held on 0. */
    private List<Receipt> overflow(Overflow overflow) {
        Gate gate = new Gate();
        CountDownLatch taken = new CountDownLatch(4);
        bus.subscribe(
                Opened.class,
                new SubscriberOptions("slow", Delivery.ASYNC, 3, overflow),
                e -> {
                    if (e.number() == 0) {
                        gate.pass();
                    }
                    seen.add(e);
                    taken.countDown();
                });
        bus.publish(Opened.number(0));
        gate.awaitReached();
        List<Receipt> receipts =
                IntStream.rangeClosed(1, 5).mapToObj(i -> bus.publish(Opened.number(i))).toList();
        assertThat(bus.subscribers()).containsExactly(new SubscriberStats("slow", 0, 0, 2, 3));
        gate.open();
        Gate.await(taken);
        return receipts;
    }

    @Test
    void a_slow_subscriber_holds_up_neither_the_publisher_nor_a_good_one() {
        Gate gate = new Gate();
        CountDownLatch taken = new CountDownLatch(1_000);
        bus.subscribe(Fact.class, SubscriberOptions.async("slow", 1), e -> gate.pass());
        bus.subscribe(Fact.class, SubscriberOptions.async("good", 1_000), e -> taken.countDown());

        IntStream.range(0, 1_000).forEach(i -> bus.publish(Opened.number(i)));

        Gate.await(taken);
        assertThat(bus.subscribers().get(1).dropped()).isZero();
        assertThat(bus.subscribers().get(0).delivered()).isZero();
        gate.open();
    }

    @Test
    void closing_waits_for_the_handler_and_gives_it_nothing_more() throws InterruptedException {
        Gate gate = new Gate();
        Subscription subscription =
                bus.subscribe(
                        Fact.class,
                        SubscriberOptions.async("busy", 10),
                        e -> {
                            gate.pass();
                            seen.add(e);
                        });
        bus.publish(Opened.number(1));
        bus.publish(Opened.number(2));
        gate.awaitReached();
        Thread closer = new Thread(subscription::close);
        closer.start();
        awaitEnd(() -> bus.subscribers().isEmpty());
        Receipt afterwards = bus.publish(Opened.number(3));
        gate.open();
        closer.join(20_000);

        assertThat(closer.isAlive()).isFalse();
        assertThat(seen).containsExactly(Opened.number(1));
        assertThat(afterwards).isEqualTo(new Receipt(0, 0, 0));
        awaitEnd(() -> threads("sirsi-events-busy").isEmpty());
        subscription.close();
    }

    @Test
    void closing_a_synchronous_subscription_waits_for_the_publishers_inside_it()
            throws InterruptedException {
        Gate gate = new Gate();
        Subscription subscription =
                bus.subscribe(
                        Fact.class,
                        SubscriberOptions.sync("busy"),
                        e -> {
                            gate.pass();
                            seen.add(e);
                        });
        Thread publisher = new Thread(() -> bus.publish(Opened.number(1)));
        publisher.start();
        gate.awaitReached();
        List<Integer> seenWhenClosed = new ArrayList<>();
        Thread closer =
                new Thread(
                        () -> {
                            subscription.close();
                            seenWhenClosed.add(seen.size());
                        });
        closer.start();
        awaitEnd(() -> bus.subscribers().isEmpty());
        gate.open();
        closer.join(20_000);
        publisher.join(20_000);

        assertThat(seenWhenClosed).containsExactly(1);
    }

    @Test
    void a_handler_may_end_its_own_subscription() {
        for (SubscriberOptions options :
                List.of(SubscriberOptions.sync("one"), SubscriberOptions.async("one", 10))) {
            AtomicReference<Subscription> mine = new AtomicReference<>();
            CountDownLatch ended = new CountDownLatch(1);
            mine.set(
                    bus.subscribe(
                            Fact.class,
                            options,
                            e -> {
                                mine.get().close();
                                ended.countDown();
                            }));

            bus.publish(Opened.number(1));

            Gate.await(ended);
            assertThat(bus.subscribers()).isEmpty();
        }
    }

    @Test
    void a_handler_that_does_not_come_back_is_interrupted_and_left_behind() {
        DefaultEventBus impatient = bus(Duration.ofMillis(20));
        CountDownLatch reached = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        impatient.subscribe(
                Fact.class,
                SubscriberOptions.async("stuck", 10),
                e -> {
                    reached.countDown();
                    try {
                        new CountDownLatch(1).await();
                    } catch (InterruptedException expected) {
                        interrupted.countDown();
                    }
                });
        impatient.publish(Opened.number(1));
        Gate.await(reached);

        impatient.stop();

        Gate.await(interrupted);
        awaitEnd(() -> threads("sirsi-events-stuck").isEmpty());
    }

    @Test
    void an_event_from_inside_a_handler_reaches_everyone_after_the_one_that_led_to_it() {
        CountDownLatch taken = new CountDownLatch(2);
        List<Event> later = Collections.synchronizedList(new ArrayList<>());
        List<Receipt> inner = new ArrayList<>();
        bus.subscribe(
                Opened.class,
                SubscriberOptions.sync("first"),
                e -> inner.add(bus.publish(new Closed(e.number()))));
        bus.subscribe(Fact.class, SubscriberOptions.sync("second"), seen::add);
        bus.subscribe(
                Fact.class,
                SubscriberOptions.async("third", 10),
                e -> {
                    later.add(e);
                    taken.countDown();
                });

        Receipt outer = bus.publish(Opened.number(7));
        Gate.await(taken);

        assertThat(inner).containsExactly(new Receipt(1, 1, 0));
        assertThat(outer).isEqualTo(new Receipt(2, 1, 0));
        assertThat(seen).containsExactly(Opened.number(7), new Closed(7));
        assertThat(later).containsExactly(Opened.number(7), new Closed(7));
    }

    @Test
    void handlers_that_publish_in_a_circle_come_to_an_end() {
        bus.subscribe(
                Opened.class,
                SubscriberOptions.sync("echo"),
                e -> bus.publish(Opened.number(e.number() + 1)));

        Receipt receipt = bus.publish(Opened.number(0));

        assertThat(receipt).isEqualTo(new Receipt(1, 0, 0));
        assertThat(bus.subscribers().get(0).delivered()).isEqualTo(DefaultEventBus.DEEPEST_NESTING);
        assertThat(bus.deadLetters())
                .singleElement()
                .satisfies(letter -> assertThat(letter.reason()).contains("in a circle"));
        assertThat(bus.publish(new Closed(1))).isEqualTo(new Receipt(0, 0, 0));
    }

    @Test
    void an_asynchronous_handler_runs_on_a_named_daemon_thread_without_the_subscribers_loader() {
        AtomicReference<Thread> thread = new AtomicReference<>();
        AtomicReference<ClassLoader> loader = new AtomicReference<>();
        CountDownLatch taken = new CountDownLatch(1);
        bus.subscribe(
                Fact.class,
                SubscriberOptions.async("inventory", 10),
                e -> {
                    thread.set(Thread.currentThread());
                    loader.set(Thread.currentThread().getContextClassLoader());
                    taken.countDown();
                });

        bus.publish(Opened.number(1));
        Gate.await(taken);

        assertThat(thread.get().getName()).isEqualTo("sirsi-events-inventory");
        assertThat(thread.get().isDaemon()).isTrue();
        assertThat(loader.get()).isSameAs(DefaultEventBus.class.getClassLoader());
    }

    @Test
    void only_the_newest_dead_letters_are_kept() {
        DefaultEventBus small =
                new DefaultEventBus(2, Clock.fixed(NOON, ZoneOffset.UTC), Duration.ofSeconds(20));
        DefaultEventBus forgetful =
                new DefaultEventBus(0, Clock.fixed(NOON, ZoneOffset.UTC), Duration.ofSeconds(20));
        for (DefaultEventBus each : List.of(small, forgetful)) {
            each.subscribe(
                    Fact.class,
                    SubscriberOptions.sync("broken"),
                    e -> {
                        throw new IllegalStateException("x".repeat(10_000));
                    });
            IntStream.range(0, 5).forEach(i -> each.publish(Opened.number(i)));
        }

        assertThat(small.deadLetters())
                .extracting(DeadLetter::event)
                .containsExactly(Opened.number(3), Opened.number(4));
        assertThat(small.deadLetters()).allMatch(letter -> letter.reason().length() <= 500);
        assertThat(forgetful.deadLetters()).isEmpty();
    }

    @Test
    void a_stopped_bus_ends_its_threads_takes_no_subscriber_and_records_nothing() {
        bus.subscribe(Fact.class, SubscriberOptions.async("stopped-a", 10), seen::add);
        bus.subscribe(Fact.class, SubscriberOptions.async("stopped-b", 10), seen::add);
        bus.subscribe(Fact.class, SubscriberOptions.sync("stopped-c"), seen::add);

        bus.stop();

        assertThat(bus.publish(Opened.number(1))).isEqualTo(new Receipt(0, 0, 0));
        assertThat(bus.subscribers()).isEmpty();
        assertThatThrownBy(
                        () ->
                                bus.subscribe(
                                        Fact.class,
                                        SubscriberOptions.async("stopped-d", 10),
                                        seen::add))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("stopped-d");
        assertThat(threads("sirsi-events-stopped")).isEmpty();
    }

    @Test
    void a_number_of_dead_letters_out_of_range_is_named() {
        assertThatThrownBy(() -> new DefaultEventBus(-1, Clock.systemUTC(), Duration.ofSeconds(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("io.sirsi.events.cfg: deadLetterCapacity must be 0 to 100000, not -1");
    }

    @Test
    void the_class_loader_of_an_event_is_free_when_its_subscriber_has_left() throws Exception {
        WeakReference<ClassLoader> loader = publishFromAnotherLoader();

        awaitEnd(
                () -> {
                    System.gc();
                    return loader.get() == null;
                });
    }

    private WeakReference<ClassLoader> publishFromAnotherLoader() throws Exception {
        CountDownLatch taken = new CountDownLatch(1);
        try (URLClassLoader loader =
                new URLClassLoader(new URL[0], DefaultEventBusTest.class.getClassLoader())) {
            Event foreign =
                    (Event)
                            Proxy.newProxyInstance(
                                    loader, new Class<?>[] {Event.class}, (p, m, args) -> NOON);
            assertThat(foreign.getClass().getClassLoader()).isSameAs(loader);
            Subscription subscription =
                    bus.subscribe(
                            foreign.getClass().asSubclass(Event.class),
                            SubscriberOptions.async("foreign", 10),
                            e -> taken.countDown());
            bus.subscribe(Event.class, SubscriberOptions.sync("ours"), e -> {});
            bus.publish(foreign);
            Gate.await(taken);
            subscription.close();
            return new WeakReference<>(loader);
        }
    }

    private static List<String> threads(String prefix) {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith(prefix))
                .toList();
    }

    private static void awaitEnd(BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
            LockSupport.parkNanos(1_000_000);
        }
    }
}
