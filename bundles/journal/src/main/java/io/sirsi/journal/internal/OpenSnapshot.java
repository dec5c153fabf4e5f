package io.sirsi.journal.internal;

import io.sirsi.journal.FailPoint;
import io.sirsi.journal.Journal;
import java.io.IOException;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A snapshot that is being written. For one thread at a time. */
final class OpenSnapshot implements Journal.Snapshot {

    private static final Logger log = LoggerFactory.getLogger(OpenSnapshot.class);

    private final Disk.Folder folder;
    private final long position;
    private final DefaultJournal journal;
    private final SnapshotFile file;
    private boolean over;

    OpenSnapshot(Disk.Folder folder, long position, DefaultJournal journal) throws IOException {
        this.folder = folder;
        this.position = position;
        this.journal = journal;
        this.file = new SnapshotFile(folder.create(Segment.NEW_SNAPSHOT), position);
    }

    @Override
    public void add(byte[] record, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, record.length);
        if (length < 1 || length > Frames.LONGEST) {
            throw new IllegalArgumentException(
                    "a record of a snapshot has 1 to " + Frames.LONGEST + " bytes, not " + length);
        }
        file.add(record, offset, length);
    }

    @Override
    public void commit() throws IOException {
        if (over) {
            throw new IllegalStateException("this snapshot is over");
        }
        boolean done = false;
        try {
            file.end();
            FailPoint.reach("K12-snapshot-written");
            file.sync();
            file.close();
            FailPoint.reach("K12-snapshot-forced");
            // What it tells may come from any record so far. If it were in place and they were
            // lost, new records would get their positions.
            journal.forceAll();
            folder.rename(Segment.NEW_SNAPSHOT, Segment.snapshotName(position));
            FailPoint.reach("K12-snapshot-renamed");
            folder.force();
            FailPoint.reach("K12-snapshot-in-place");
            done = true;
        } finally {
            if (!done) {
                abort();
            }
        }
        over = true;
        journal.snapshotIsInPlace(position);
    }

    @Override
    public void abort() {
        if (over) {
            return;
        }
        over = true;
        try {
            file.close();
            folder.delete(Segment.NEW_SNAPSHOT);
        } catch (IOException e) {
            log.warn("journal: a snapshot in {} was not removed", folder.path(), e);
        }
        journal.snapshotIsOver();
    }
}
