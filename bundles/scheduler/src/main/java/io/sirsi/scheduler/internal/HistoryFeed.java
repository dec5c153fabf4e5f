package io.sirsi.scheduler.internal;

import io.sirsi.task.TaskSnapshot;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings ended tasks into the history, from where they are found when the engine has forgotten
 * them. For one thread; only {@link #isFull} is for any.
 */
final class HistoryFeed {

    private static final Logger LOG = LoggerFactory.getLogger(HistoryFeed.class);

    /** So many at once, so that the thread comes to other things. */
    private static final int PER_TURN = 4_096;

    /** How long it rests after the disk refused. */
    private static final long REST_NANOS = Duration.ofSeconds(1).toNanos();

    private final TaskEngine.Stores stores;
    private final Queue<TaskEntry> finished;
    private final MonotonicWall times;
    private final AtomicBoolean waiting = new AtomicBoolean();
    private final List<TaskEntry> drained = new ArrayList<>();

    /** Taken, and refused by the disk so far. */
    private volatile @Nullable TaskEntry held;

    private long restsUntil;
    private boolean rests;

    HistoryFeed(TaskEngine.Stores stores, Queue<TaskEntry> finished, MonotonicWall times) {
        this.stores = stores;
        this.finished = finished;
        this.times = times;
    }

    /** {@return whether the thread should come now} */
    boolean isFull() {
        return !isEmpty() && !waiting.get();
    }

    /** {@return whether another turn would bring some more in} */
    boolean hasDue() {
        return !drained.isEmpty() || (!isEmpty() && !resting());
    }

    private boolean resting() {
        if (rests && times.now() - restsUntil >= 0) {
            rests = false;
            waiting.set(false);
        }
        return rests;
    }

    /** {@return those that the history has now, and the engine may forget} */
    List<TaskEntry> feed() {
        List<TaskEntry> kept = new ArrayList<>(drained);
        drained.clear();
        if (resting()) {
            return kept;
        }
        try {
            while (kept.size() < PER_TURN) {
                TaskEntry entry = next();
                if (entry == null) {
                    break;
                }
                append(entry);
                kept.add(entry);
            }
        } catch (IOException full) {
            LOG.warn(
                    "ended tasks stay in memory, since the history cannot be written: {}",
                    full.getMessage());
            rests = true;
            waiting.set(true);
            restsUntil = times.now() + REST_NANOS;
        } catch (RuntimeException bug) {
            drained.addAll(kept);
            throw bug;
        }
        return kept;
    }

    /**
     * Brings all in that have come; those that the engine may forget are told with the next turn.
     */
    void drain() throws IOException {
        for (TaskEntry entry = next(); entry != null; entry = next()) {
            append(entry);
            drained.add(entry);
        }
    }

    private @Nullable TaskEntry next() {
        TaskEntry again = held;
        return again == null ? finished.poll() : again;
    }

    private boolean isEmpty() {
        return held == null && finished.isEmpty();
    }

    private void append(TaskEntry entry) throws IOException {
        held = entry;
        write(entry);
        held = null;
    }

    private void write(TaskEntry entry) throws IOException {
        if (entry.restored) {
            stores.history().append(finished(entry));
        } else {
            stores.history().appendNew(finished(entry));
        }
    }

    /** An ended task does not change any more, so it is read without the baton. */
    private static HistoryStore.Finished finished(TaskEntry entry) {
        Duration ran = entry.rare == null ? null : entry.rare.ran;
        return new HistoryStore.Finished(
                new TaskSnapshot(
                        entry.id(),
                        entry.kind.session.id,
                        entry.spec(),
                        entry.end(),
                        entry.submitted()),
                ran == null ? Duration.ZERO : ran,
                entry.attempts);
    }
}
