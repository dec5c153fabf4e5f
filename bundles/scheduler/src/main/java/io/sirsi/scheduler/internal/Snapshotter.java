package io.sirsi.scheduler.internal;

import io.sirsi.journal.Journal;
import io.sirsi.journal.JournalException;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes snapshots of all tasks, a slice at a time, while they go on changing: each task says up to
 * which position of the log it is described. For the thread of the engine.
 */
final class Snapshotter {

    private static final Logger LOG = LoggerFactory.getLogger(Snapshotter.class);
    private static final int SLICE = 512;

    /** Asks for something to be done under the baton. */
    interface Baton {
        <T> T ask(Supplier<T> work);
    }

    private final Baton baton;
    private final TaskLife life;
    private final TaskEngine.Stores stores;
    private final HistoryFeed feed;
    private final long afterBytes;
    private final Set<TaskKind> told = new HashSet<>();

    Snapshotter(
            Baton baton,
            TaskLife life,
            TaskEngine.Stores stores,
            HistoryFeed feed,
            long afterBytes) {
        this.baton = baton;
        this.life = life;
        this.stores = stores;
        this.feed = feed;
        this.afterBytes = afterBytes;
    }

    /** Takes one if the log has grown enough since the last; blocks for the disk. */
    void takeIfDue() {
        if (stores.log().journal().bytesSinceSnapshot() >= afterBytes && life.trouble.isEmpty()) {
            try {
                take();
            } catch (IOException | JournalException e) {
                LOG.warn("no snapshot of the tasks was taken: {}", e.getMessage());
            }
        }
    }

    void take() throws IOException {
        told.clear();
        Begun begun = baton.ask(this::begin);
        if (begun.failure != null) {
            throw begun.failure;
        }
        Journal.Snapshot snapshot = begun.snapshot;
        if (snapshot == null) {
            throw new IOException("no snapshot was begun");
        }
        boolean whole = false;
        try {
            write(snapshot, begun.first);
            long newest = begun.newest;
            for (Slice slice = baton.ask(() -> slice(newest));
                    slice.records.length > 0;
                    slice = baton.ask(() -> slice(newest))) {
                write(snapshot, slice);
            }
            // What ended before the snapshot is in neither it nor the log after it.
            feed.drain();
            stores.history().force();
            snapshot.commit();
            whole = true;
        } finally {
            if (!whole) {
                snapshot.abort();
            }
        }
    }

    private static void write(Journal.Snapshot snapshot, Slice slice) throws IOException {
        for (byte[] record : slice.records) {
            snapshot.add(record, 0, record.length);
        }
    }

    private static final class Begun {
        Journal.@Nullable Snapshot snapshot;
        @Nullable IOException failure;
        Slice first = new Slice(new byte[0][]);
        long newest;
    }

    /** Records of the snapshot. */
    private static final class Slice {
        final byte[][] records;

        Slice(byte[][] records) {
            this.records = records;
        }
    }

    /** Under the baton: the moment from which the log counts on top of the snapshot. */
    private Begun begin() {
        Begun begun = new Begun();
        try {
            begun.snapshot = stores.log().journal().beginSnapshot();
        } catch (IOException e) {
            begun.failure = e;
            return begun;
        }
        stores.log().forgetKinds();
        life.cursor = life.oldest;
        begun.newest = life.newest == null ? -1 : life.newest.number;
        begun.first = new Slice(life.commonRecords());
        return begun;
    }

    /** Under the baton: the next tasks, none when all have been written. */
    private Slice slice(long newest) {
        java.util.List<byte[]> records = new java.util.ArrayList<>();
        ByteWriter writer = new ByteWriter(1024);
        TaskEntry entry = life.cursor;
        for (int i = 0; i < SLICE && entry != null && entry.number <= newest; i++) {
            if (!entry.kind.isVolatile) {
                if (told.add(entry.kind)) {
                    writer.clear();
                    writer.writeByte(TaskLog.KIND);
                    TaskLog.writeKind(writer, entry.kind);
                    records.add(writer.toByteArray());
                }
                writer.clear();
                TaskLog.writeEntry(writer, entry);
                records.add(writer.toByteArray());
            }
            entry = entry.newer;
        }
        life.cursor = entry != null && entry.number <= newest ? entry : null;
        if (records.isEmpty() && life.cursor != null) {
            return slice(newest); // Only volatile ones so far.
        }
        return new Slice(records.toArray(new byte[0][]));
    }
}
