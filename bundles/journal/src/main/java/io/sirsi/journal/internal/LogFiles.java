package io.sirsi.journal.internal;

import io.sirsi.journal.JournalOptions;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;

/**
 * The files of a log: full ones, the one being written, and those prepared for what comes: filled
 * with zeros (or with what a snapshot made superfluous), forced, named after their position, and
 * open. So appending never changes anything but the bytes of a file. {@link #tidy} is for one
 * thread at a time, {@link #roll} for the thread that writes.
 */
final class LogFiles implements Closeable {

    /** A file and its content. */
    record Open(Segment segment, Disk.File file) {}

    private static final int PIECE = 1 << 20;
    private static final byte[] ZEROS = new byte[PIECE];

    private final Disk.Folder folder;
    private final int segmentBytes;

    /** How many more files that are no longer needed are kept to be used again. */
    private static final int SPARES = 6;

    private final int ahead;

    private final Deque<Segment> old = new ConcurrentLinkedDeque<>();
    private final Deque<Open> prepared = new ConcurrentLinkedDeque<>();
    private volatile Open active;
    private volatile long preparedEnd;
    private volatile long bytesOnDisk;

    LogFiles(Disk.Folder folder, JournalOptions options, Recovery.Found found) throws IOException {
        this.folder = folder;
        this.segmentBytes = options.segmentBytes();
        this.ahead = 1 + (int) (2L * options.reserveBytes() / segmentBytes);
        folder.delete(Segment.NEW_LOG);
        folder.delete(Segment.NEW_SNAPSHOT);
        Segment last = found.active();
        if (last == null) {
            this.active = make(found.end());
            this.preparedEnd = active.segment().end();
        } else {
            old.addAll(found.old());
            List<Segment> clean = new ArrayList<>(found.prepared());
            Segment fitted = fit(last, found.end(), clean);
            this.active = new Open(fitted, folder.open(fitted.name()));
            this.preparedEnd = fitted.end();
            for (Segment segment : clean) {
                prepared.add(new Open(segment, folder.open(segment.name())));
                preparedEnd = segment.end();
            }
        }
        folder.force();
        measure();
    }

    /** Lets the last file end where files of the wanted size begin; their size may have changed. */
    private Segment fit(Segment last, long end, List<Segment> clean) throws IOException {
        boolean same = clean.stream().allMatch(segment -> segment.size() == segmentBytes);
        if (last.end() % segmentBytes == 0 && same) {
            return last;
        }
        for (Segment segment : clean) {
            folder.delete(segment.name());
        }
        clean.clear();
        folder.force();
        long wanted = (end + segmentBytes - 1) / segmentBytes * segmentBytes;
        Segment fitted = new Segment(last.base(), Math.max(wanted, last.base() + segmentBytes));
        if (fitted.end() % segmentBytes != 0) {
            fitted = new Segment(last.base(), wanted);
        }
        try (Disk.File file = folder.open(last.name())) {
            if (fitted.end() < last.end()) {
                file.resize(fitted.size());
            } else {
                fill(file, last.size(), fitted.size());
            }
            file.sync();
        }
        return fitted;
    }

    /** {@return up to which position there are files} */
    long preparedEnd() {
        return preparedEnd;
    }

    long bytesOnDisk() {
        return bytesOnDisk;
    }

    Open active() {
        return active;
    }

    /** Begins the next file; the one before is on the disk. There is one: claims see to that. */
    Open roll() throws IOException {
        Open next = prepared.poll();
        if (next == null) {
            throw new IllegalStateException("no file is prepared after " + active.segment());
        }
        Open full = active;
        active = next;
        old.add(full.segment());
        full.file().close();
        return next;
    }

    /** {@return whether there is something to do for {@link #tidy}} */
    boolean isUntidy(long snapshot) {
        Segment first = old.peek();
        return prepared.size() < ahead || (first != null && first.end() <= snapshot);
    }

    /**
     * Gives back what the snapshot at a position made superfluous, and prepares files ahead.
     *
     * @throws IOException where the disk has no room, or an error; the log can go on, up to {@link
     *     #preparedEnd}
     */
    void tidy(long snapshot) throws IOException {
        try {
            for (long position : Segment.snapshots(folder.list())) {
                if (position < snapshot) {
                    folder.delete(Segment.snapshotName(position));
                }
            }
            Segment first = old.peek();
            while (first != null && first.end() <= snapshot) {
                old.remove();
                if (prepared.size() < ahead + SPARES && first.size() == segmentBytes) {
                    recycle(first);
                } else {
                    folder.delete(first.name());
                }
                first = old.peek();
            }
            while (prepared.size() < ahead) {
                prepare(make(preparedEnd));
            }
        } finally {
            measure();
        }
    }

    /** What the file holds has smaller sequences than are expected there: it is not read. */
    private void recycle(Segment segment) throws IOException {
        Segment next = new Segment(preparedEnd, preparedEnd + segmentBytes);
        folder.rename(segment.name(), next.name());
        folder.force();
        prepare(new Open(next, folder.open(next.name())));
    }

    private void prepare(Open next) {
        prepared.add(next);
        preparedEnd = next.segment().end();
    }

    private Open make(long base) throws IOException {
        if (folder.freeBytes() < segmentBytes) {
            throw new IOException(
                    "the disk of "
                            + folder.path()
                            + " has no "
                            + (segmentBytes >> 10)
                            + " KiB left for the next file");
        }
        Segment segment = new Segment(base, base + segmentBytes);
        boolean made = false;
        Disk.File file = folder.create(Segment.NEW_LOG);
        try {
            fill(file, 0, segmentBytes);
            file.sync();
            folder.rename(Segment.NEW_LOG, segment.name());
            folder.force();
            made = true;
        } finally {
            if (!made) {
                file.close();
                folder.delete(Segment.NEW_LOG);
            }
        }
        return new Open(segment, file);
    }

    private void fill(Disk.File file, long from, long to) throws IOException {
        for (long at = from; at < to; at += PIECE) {
            file.write(ZEROS, 0, (int) Math.min(PIECE, to - at), at);
        }
    }

    private void measure() throws IOException {
        long bytes = active.segment().size();
        for (Segment segment : old) {
            bytes += segment.size();
        }
        for (Open open : prepared) {
            bytes += open.segment().size();
        }
        for (long position : Segment.snapshots(folder.list())) {
            try (Disk.File file = folder.open(Segment.snapshotName(position))) {
                bytes += file.size();
            }
        }
        bytesOnDisk = bytes;
    }

    @Override
    public void close() throws IOException {
        active.file().close();
        for (Open open : new ArrayDeque<>(prepared)) {
            open.file().close();
        }
    }
}
