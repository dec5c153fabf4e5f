package io.sirsi.scheduler.internal;

import io.sirsi.journal.Journal;
import io.sirsi.journal.JournalException;
import io.sirsi.journal.JournalListener;
import io.sirsi.journal.JournalReader;
import io.sirsi.journal.JournalState;
import io.sirsi.journal.JournalStatus;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A log in memory on which everything is at once as safe as it gets, unless a test holds it back.
 * It can be read again, as after a restart.
 */
final class InstantJournal implements Journal {

    @SuppressWarnings("ArrayRecordComponent") // Neither compared nor shared.
    private record Entry(long position, byte[] bytes) {}

    private final List<Entry> entries = new ArrayList<>();
    private List<byte[]> snapshot = List.of();
    private long snapshotFrom;
    private long end;
    private long heldAt = Long.MAX_VALUE;
    JournalState state = JournalState.OPEN;
    int maxRecordBytes = 4 << 20;

    /** Whether nothing comes to the disk any more after the next restart. */
    boolean nextHolds;

    /** Whether it holds as soon as somebody has waited for it: the epoch of a restart is safe. */
    boolean holdsOnceAwaited;

    /** From now on nothing comes to the disk, until it is released. */
    void hold() {
        heldAt = end;
    }

    void release() {
        heldAt = Long.MAX_VALUE;
    }

    /** From now on what is appended comes nowhere until {@link #catchUp}. */
    void lag() {
        heldAt = end;
    }

    /** What has been appended so far comes to the disk, and no more than that. */
    void catchUp() {
        heldAt = end;
    }

    /** The newest record does not come to the disk. */
    void loseLast() {
        Entry last = entries.remove(entries.size() - 1);
        end = entries.isEmpty() ? 0 : entries.get(entries.size() - 1).position();
        if (last.position() <= end) {
            throw new IllegalStateException("positions grow");
        }
    }

    /** {@return what is left after the power was lost: what had come to the disk} */
    InstantJournal afterPowerLoss() {
        InstantJournal left = new InstantJournal();
        left.snapshot = snapshot;
        left.snapshotFrom = snapshotFrom;
        for (Entry entry : entries) {
            if (entry.position() <= forced()) {
                left.entries.add(entry);
                left.end = entry.position();
            }
        }
        if (nextHolds) {
            left.hold();
        }
        left.holdsOnceAwaited = holdsOnceAwaited;
        return left;
    }

    void replay(JournalReader reader) {
        snapshot.forEach(record -> reader.snapshot(ByteBuffer.wrap(record)));
        for (Entry entry : entries) {
            if (entry.position() > snapshotFrom) {
                reader.record(entry.position(), ByteBuffer.wrap(entry.bytes()));
            }
        }
    }

    @Override
    public long append(byte[] record, int offset, int length) {
        if (state == JournalState.FULL) {
            throw new JournalException(state, "the disk is full");
        }
        return appendReserved(record, offset, length);
    }

    @Override
    public long appendReserved(byte[] record, int offset, int length) {
        if (state == JournalState.FAILED || state == JournalState.CLOSED) {
            throw new JournalException(state, "the log is " + state);
        }
        end += 16 + length;
        entries.add(new Entry(end, Arrays.copyOfRange(record, offset, offset + length)));
        return end;
    }

    @Override
    public int maxRecordBytes() {
        return maxRecordBytes;
    }

    @Override
    public long end() {
        return end;
    }

    @Override
    public long written() {
        return forced();
    }

    @Override
    public long forced() {
        return Math.min(end, heldAt);
    }

    @Override
    public boolean awaitForced(long position, Duration timeout) {
        boolean reached = forced() >= position;
        if (holdsOnceAwaited) {
            holdsOnceAwaited = false;
            hold();
        }
        return reached;
    }

    @Override
    public void listen(JournalListener listener) {
        // Everything is forced before anybody could listen.
    }

    @Override
    public Snapshot beginSnapshot() {
        long from = end;
        List<byte[]> records = new ArrayList<>();
        return new Snapshot() {
            @Override
            public void add(byte[] record, int offset, int length) {
                records.add(Arrays.copyOfRange(record, offset, offset + length));
            }

            @Override
            public void commit() {
                snapshot = List.copyOf(records);
                snapshotFrom = from;
            }

            @Override
            public void abort() {
                records.clear();
            }
        };
    }

    @Override
    public long bytesSinceSnapshot() {
        return end - snapshotFrom;
    }

    @Override
    public JournalStatus status() {
        return new JournalStatus(
                "instant",
                state,
                new JournalStatus.Position(end, written(), forced(), snapshotFrom),
                new JournalStatus.Use(entries.size(), 0, 0, 0));
    }

    @Override
    public void close() {
        state = JournalState.CLOSED;
    }
}
