package io.sirsi.scheduler.internal;

import io.sirsi.session.SessionId;
import io.sirsi.task.TaskId;
import io.sirsi.task.TaskQuery;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A history in memory. */
final class ListHistory implements History {

    private final Map<TaskId, HistoryStore.Finished> all = new LinkedHashMap<>();
    boolean full;

    /** Runs once, before the next list is read. */
    Runnable meanwhile = () -> {};

    @Override
    public synchronized void append(HistoryStore.Finished finished) throws IOException {
        if (full) {
            throw new IOException("the disk is full");
        }
        all.putIfAbsent(finished.task().id(), finished);
    }

    @Override
    public void appendNew(HistoryStore.Finished finished) throws IOException {
        append(finished);
    }

    @Override
    public void force() {
        // It is in memory.
    }

    @Override
    public synchronized Optional<HistoryStore.Finished> find(TaskId task) {
        return Optional.ofNullable(all.get(task));
    }

    @Override
    public synchronized Optional<TaskId> findKey(SessionId session, String key) {
        return all.values().stream()
                .map(HistoryStore.Finished::task)
                .filter(task -> task.session().equals(session))
                .filter(task -> task.spec().idempotencyKey().equals(Optional.of(key)))
                .map(task -> task.id())
                .findFirst();
    }

    @Override
    public synchronized List<HistoryStore.Finished> newest(TaskQuery query) {
        Runnable once = meanwhile;
        meanwhile = () -> {};
        once.run();
        List<HistoryStore.Finished> found = new ArrayList<>();
        List<HistoryStore.Finished> oldestFirst = List.copyOf(all.values());
        for (int i = oldestFirst.size() - 1; i >= 0 && found.size() < query.limit(); i--) {
            var task = oldestFirst.get(i).task();
            if ((query.session().isEmpty() || query.session().get().equals(task.session()))
                    && (query.states().isEmpty() || query.states().contains(task.state().name()))
                    && task.spec().labels().entrySet().containsAll(query.labels().entrySet())) {
                found.add(oldestFirst.get(i));
            }
        }
        return found;
    }

    @Override
    public void expire() {
        // Nothing gets old here.
    }
}
