package io.sirsi.hypervisor.internal;

import io.sirsi.journal.Journal;
import io.sirsi.journal.JournalDamagedException;
import io.sirsi.journal.JournalException;
import io.sirsi.journal.JournalListener;
import io.sirsi.journal.JournalOptions;
import io.sirsi.journal.JournalReader;
import io.sirsi.journal.JournalState;
import io.sirsi.journal.JournalStatus;
import io.sirsi.journal.Journals;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One log in memory that outlives whoever opened it. It forces what is appended at once, unless a
 * test holds the disk; a power cut takes away what was not forced.
 */
final class MemoryJournals implements Journals {

    /** What the disk has. */
    private List<byte[]> snapshot = List.of();

    private final List<byte[]> records = new ArrayList<>();
    private int forcedRecords;
    private long end;
    private long sinceSnapshot;
    private boolean open;

    JournalState state = JournalState.OPEN;
    boolean diskHolds;
    boolean damaged;
    boolean snapshotsFail;
    long torn;
    int opened;

    @Override
    public Journal open(String name, JournalOptions options, JournalReader reader)
            throws IOException {
        if (damaged) {
            throw new JournalDamagedException(
                    Path.of("0.log"), 4711, "0.log is damaged at byte 4711; run journal export");
        }
        if (open) {
            throw new IOException("the log '" + name + "' is open already");
        }
        snapshot.forEach(record -> reader.snapshot(ByteBuffer.wrap(record)));
        long position = 0;
        for (byte[] record : records) {
            position += record.length;
            reader.record(position, ByteBuffer.wrap(record));
        }
        if (torn > 0) {
            reader.torn(position, torn);
        }
        open = true;
        opened++;
        state = JournalState.OPEN;
        return new Log();
    }

    /** The power fails: what was not forced is gone, and so is whoever had the log open. */
    void cutPower() {
        while (records.size() > forcedRecords) {
            records.remove(records.size() - 1);
        }
        open = false;
        diskHolds = false;
    }

    int recordsInSnapshot() {
        return snapshot.size();
    }

    @Override
    public long export(String name, Path file) {
        throw new AssertionError("not expected");
    }

    @Override
    public List<JournalStatus> status() {
        throw new AssertionError("not expected");
    }

    private final class Log implements Journal {

        private final List<byte[]> coming = new ArrayList<>();

        @Override
        public long append(byte[] record, int offset, int length) {
            if (state != JournalState.OPEN) {
                throw new JournalException(state, "the disk is " + state);
            }
            return add(record, offset, length);
        }

        @Override
        public long appendReserved(byte[] record, int offset, int length) {
            if (state != JournalState.OPEN && state != JournalState.FULL) {
                throw new JournalException(state, "the disk is " + state);
            }
            return add(record, offset, length);
        }

        private long add(byte[] record, int offset, int length) {
            if (!open) {
                throw new JournalException(JournalState.CLOSED, "the log is closed");
            }
            records.add(Arrays.copyOfRange(record, offset, offset + length));
            end += length;
            sinceSnapshot += length;
            if (!diskHolds) {
                forcedRecords = records.size();
            }
            return end;
        }

        @Override
        public boolean awaitForced(long position, Duration timeout) {
            return forcedRecords == records.size();
        }

        @Override
        public Snapshot beginSnapshot() throws IOException {
            if (snapshotsFail) {
                throw new IOException("no room for a snapshot");
            }
            coming.clear();
            int from = records.size();
            sinceSnapshot = 0;
            return new Snapshot() {
                @Override
                public void add(byte[] record, int offset, int length) {
                    coming.add(Arrays.copyOfRange(record, offset, offset + length));
                }

                @Override
                public void commit() {
                    snapshot = List.copyOf(coming);
                    records.subList(0, from).clear();
                    forcedRecords -= from;
                }

                @Override
                public void abort() {
                    coming.clear();
                }
            };
        }

        @Override
        public long bytesSinceSnapshot() {
            return sinceSnapshot;
        }

        @Override
        public JournalStatus status() {
            return new JournalStatus(
                    SessionLog.NAME,
                    state,
                    new JournalStatus.Position(end, end, end, 0),
                    new JournalStatus.Use(records.size(), 0, end, 0));
        }

        @Override
        public void close() {
            open = false;
        }

        @Override
        public int maxRecordBytes() {
            return 1 << 18;
        }

        @Override
        public long end() {
            return end;
        }

        @Override
        public long written() {
            return end;
        }

        @Override
        public long forced() {
            throw new AssertionError("not expected");
        }

        @Override
        public void listen(JournalListener listener) {
            throw new AssertionError("not expected");
        }
    }
}
