package io.sirsi.scheduler.internal;

import io.sirsi.session.SessionId;
import io.sirsi.task.TaskId;
import io.sirsi.task.TaskQuery;
import io.sirsi.task.TaskSnapshot;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** Keeps tasks for as long as the node runs, and of those that ended only the newest. */
final class InMemoryTaskStore implements TaskStore {

    private record Key(SessionId session, String text) {}

    /** One kept task; its number is the order of submission. */
    private static final class Kept {
        private final long number;
        private volatile TaskSnapshot task;

        Kept(long number, TaskSnapshot task) {
            this.number = number;
            this.task = task;
        }
    }

    private final int historyLimit;
    private final Map<TaskId, Kept> byId = new ConcurrentHashMap<>();
    private final ConcurrentSkipListMap<Long, Kept> byAge = new ConcurrentSkipListMap<>();
    private final Map<Key, TaskId> keys = new ConcurrentHashMap<>();
    private final Map<String, LongAdder> counts = new ConcurrentHashMap<>();
    private final AtomicInteger unfinished = new AtomicInteger();

    /** Ended tasks in the order of their end; only the writer touches it. */
    private final Deque<Kept> history = new ArrayDeque<>();

    private long lastNumber;

    /**
     * Makes an empty store.
     *
     * @param historyLimit how many ended tasks are kept
     */
    InMemoryTaskStore(int historyLimit) {
        this.historyLimit = historyLimit;
    }

    @Override
    public void add(List<TaskSnapshot> tasks) {
        for (TaskSnapshot task : tasks) {
            Kept kept = new Kept(++lastNumber, task);
            byId.put(task.id(), kept);
            byAge.put(kept.number, kept);
            task.spec()
                    .idempotencyKey()
                    .ifPresent(key -> keys.put(new Key(task.session(), key), task.id()));
            unfinished.incrementAndGet();
            count(task, 1);
        }
    }

    @Override
    public void update(TaskSnapshot task) {
        Kept kept = byId.get(task.id());
        if (kept == null || kept.task.state().isFinal()) {
            throw new IllegalStateException("task " + task.id() + " has ended already");
        }
        count(kept.task, -1);
        kept.task = task;
        count(task, 1);
        if (task.state().isFinal()) {
            unfinished.decrementAndGet();
            history.addLast(kept);
            if (history.size() > historyLimit) {
                forget(history.removeFirst());
            }
        }
    }

    private void forget(Kept kept) {
        TaskSnapshot task = kept.task;
        byId.remove(task.id());
        byAge.remove(kept.number);
        task.spec()
                .idempotencyKey()
                .ifPresent(key -> keys.remove(new Key(task.session(), key), task.id()));
        count(task, -1);
    }

    private void count(TaskSnapshot task, int by) {
        counts.computeIfAbsent(task.state().name(), name -> new LongAdder()).add(by);
    }

    @Override
    public Optional<TaskSnapshot> find(TaskId task) {
        return Optional.ofNullable(byId.get(task)).map(kept -> kept.task);
    }

    @Override
    public Optional<TaskId> findKey(SessionId session, String key) {
        return Optional.ofNullable(keys.get(new Key(session, key)));
    }

    @Override
    public List<TaskSnapshot> list(TaskQuery query) {
        List<TaskSnapshot> found = new ArrayList<>();
        for (Kept kept : byAge.descendingMap().values()) {
            TaskSnapshot task = kept.task;
            if (matches(query, task)) {
                found.add(task);
                if (found.size() == query.limit()) {
                    break;
                }
            }
        }
        return found;
    }

    private static boolean matches(TaskQuery query, TaskSnapshot task) {
        return query.session().map(task.session()::equals).orElse(true)
                && (query.states().isEmpty() || query.states().contains(task.state().name()))
                && task.spec().labels().entrySet().containsAll(query.labels().entrySet());
    }

    @Override
    public Map<String, Long> counts() {
        Map<String, Long> now = new TreeMap<>();
        counts.forEach(
                (state, count) -> {
                    if (count.sum() > 0) {
                        now.put(state, count.sum());
                    }
                });
        return now;
    }

    @Override
    public int unfinished() {
        return unfinished.get();
    }
}
