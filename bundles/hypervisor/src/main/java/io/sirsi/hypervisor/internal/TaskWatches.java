package io.sirsi.hypervisor.internal;

import io.sirsi.event.Event;
import io.sirsi.event.EventBus;
import io.sirsi.event.SubscriberOptions;
import io.sirsi.event.Subscription;
import io.sirsi.failure.RefusedException;
import io.sirsi.hypervisor.TaskListener;
import io.sirsi.task.TaskAttemptFailed;
import io.sirsi.task.TaskFinished;
import io.sirsi.task.TaskId;
import io.sirsi.task.TaskLogged;
import io.sirsi.task.TaskProgressed;
import io.sirsi.task.TaskStarted;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings what happens to single tasks to those who watch them. One subscription of each kind of
 * event serves all: an event of a task that nobody watches costs one look into a map. While nobody
 * watches anything there is no subscription, so that nobody has to make these events. Each watch
 * has a bounded queue, and whoever publishes never waits. Thread-safe.
 */
final class TaskWatches implements AutoCloseable {

    /** How many events may wait for one listener. */
    static final int CAPACITY = 1024;

    /** How many watches there may be at once. */
    static final int MOST = 256;

    private static final Logger log = LoggerFactory.getLogger(TaskWatches.class);

    private final Executor executor;
    private final Map<TaskId, List<Watch>> byTask = new ConcurrentHashMap<>();
    private final AtomicInteger count = new AtomicInteger();
    private final EventBus bus;

    /** Held while subscriptions are made or ended; never while an event is delivered. */
    private final Object subscribing = new Object();

    private List<Subscription> subscriptions = List.of();
    private boolean stopped;

    /**
     * Makes the place of watches.
     *
     * @param bus to what to listen
     * @param executor where listeners are called; they may wait there
     */
    TaskWatches(EventBus bus, Executor executor) {
        this.bus = bus;
        this.executor = executor;
    }

    /**
     * Watches a task.
     *
     * @param task which
     * @param listener hears of it
     * @param allowed asked before each event; a no ends the watch
     * @return ends it
     * @throws RefusedException LIMIT where there are too many
     */
    Subscription watch(TaskId task, TaskListener listener, BooleanSupplier allowed) {
        if (count.incrementAndGet() > MOST) {
            count.decrementAndGet();
            throw RefusedException.limit(
                    "there are "
                            + MOST
                            + " watches of tasks, which is the most at once; end one, or look at the"
                            + " task now and then");
        }
        Watch watch = new Watch(task, listener, allowed);
        byTask.compute(
                task,
                (id, there) -> {
                    List<Watch> all = there == null ? new CopyOnWriteArrayList<>() : there;
                    all.add(watch);
                    return all;
                });
        try {
            subscribeIfWanted();
        } catch (RuntimeException e) {
            watch.close();
            throw e;
        }
        return watch::close;
    }

    @Override
    public void close() {
        synchronized (subscribing) {
            stopped = true;
        }
        subscribeIfWanted();
        byTask.values().forEach(all -> all.forEach(Watch::close));
    }

    private void subscribeIfWanted() {
        synchronized (subscribing) {
            if (stopped || count.get() == 0) {
                subscriptions.forEach(Subscription::close);
                subscriptions = List.of();
            } else if (subscriptions.isEmpty()) {
                subscriptions =
                        List.of(
                                on(TaskStarted.class, "started", event -> event.task().id()),
                                on(TaskProgressed.class, "progress", TaskProgressed::task),
                                on(TaskLogged.class, "log", TaskLogged::task),
                                on(TaskAttemptFailed.class, "failed", event -> event.task().id()),
                                on(TaskFinished.class, "finished", event -> event.task().id()));
            }
        }
    }

    private <E extends Event> Subscription on(
            Class<E> type, String name, Function<E, TaskId> task) {
        return bus.subscribe(
                type,
                SubscriberOptions.sync("watch-" + name),
                event -> {
                    List<Watch> watches = byTask.get(task.apply(event));
                    if (watches != null) {
                        watches.forEach(watch -> watch.offer(event));
                    }
                });
    }

    /** One listener and what waits for it. */
    private final class Watch {
        private final TaskId task;
        private final TaskListener listener;
        private final BooleanSupplier allowed;
        private final Deque<Event> queue = new ArrayDeque<>();
        private long missed;
        private boolean busy;
        private boolean closed;

        Watch(TaskId task, TaskListener listener, BooleanSupplier allowed) {
            this.task = task;
            this.listener = listener;
            this.allowed = allowed;
        }

        /** What a task says may get lost; what becomes of it may not, and comes seldom. */
        private void offer(Event event) {
            boolean talk = event instanceof TaskProgressed || event instanceof TaskLogged;
            synchronized (this) {
                if (closed) {
                    return;
                }
                if (talk && queue.size() >= CAPACITY) {
                    missed++;
                    return;
                }
                queue.add(event);
                if (busy) {
                    return;
                }
                busy = true;
            }
            try {
                executor.execute(this::drain);
            } catch (RejectedExecutionException e) {
                log.debug("the watch of {} ends with the hypervisor", task, e);
                close();
            }
        }

        private void drain() {
            while (true) {
                Event next;
                long before;
                synchronized (this) {
                    next = closed ? null : queue.poll();
                    if (next == null) {
                        busy = false;
                        return;
                    }
                    before = missed;
                    missed = 0;
                }
                tell(next, before);
            }
        }

        private void tell(Event event, long before) {
            if (!allowed.getAsBoolean()) {
                close();
                return;
            }
            try {
                if (before > 0) {
                    listener.missed(before);
                }
                listener.heard(event);
            } catch (RuntimeException e) {
                log.warn("the watch of {} ends, because its listener failed", task, e);
                close();
            }
        }

        private void close() {
            synchronized (this) {
                if (closed) {
                    return;
                }
                closed = true;
                queue.clear();
            }
            count.decrementAndGet();
            byTask.computeIfPresent(
                    task,
                    (id, there) -> {
                        there.remove(this);
                        return there.isEmpty() ? null : there;
                    });
            try {
                // Not here: ending a subscription waits for its handler, and this may be one.
                executor.execute(TaskWatches.this::subscribeIfWanted);
            } catch (RejectedExecutionException e) {
                log.debug("the subscriptions end with the hypervisor", e);
            }
        }
    }
}
