package io.sirsi.journal.internal;

import io.sirsi.journal.JournalDamagedException;
import io.sirsi.journal.JournalReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads a log when it is opened, and decides about its end.
 *
 * <p>The first place where no valid frame begins is the end of the log, unless something proves
 * that more had been forced: a marker after it that says so, or a valid frame in a later file,
 * because a file is begun only when the one before is on the disk. Then it is damage, and nothing
 * is changed. What is found after an end without such a proof are pieces of the last batch, which
 * was never acknowledged: it is torn, and they are erased.
 *
 * <p>What was read may be in the cache of the operating system alone, and after an error of the
 * disk that cache is not to be trusted. So everything since the last position that is known to be
 * forced is written again in place, the same bytes, and forced.
 */
final class Recovery {

    /**
     * What was found.
     *
     * @param snapshot the position of the newest snapshot, 0 without one
     * @param end where the log ends
     * @param old files before the active one
     * @param active the file in which the log ends, or null in a new log
     * @param prepared files after it that hold nothing
     */
    record Found(
            long snapshot,
            long end,
            List<Segment> old,
            @org.jspecify.annotations.Nullable Segment active,
            List<Segment> prepared) {}

    private static final int STEP = 16;
    private static final int PIECE = 1 << 20;

    private final Disk.Folder folder;
    private final JournalReader reader;

    private final List<Segment> old = new ArrayList<>();
    private final List<Segment> live = new ArrayList<>();
    private long snapshot;
    private long forced;

    Recovery(Disk.Folder folder, JournalReader reader) {
        this.folder = folder;
        this.reader = reader;
    }

    /**
     * Reads everything to the reader, cuts off a torn end, and makes the rest durable.
     *
     * @throws JournalDamagedException where it is damaged; nothing has been changed
     */
    Found run() throws IOException {
        List<String> names = folder.list();
        List<Long> snapshots = Segment.snapshots(names);
        if (!snapshots.isEmpty()) {
            snapshot = snapshots.get(snapshots.size() - 1);
            readSnapshot();
        }
        forced = snapshot;
        for (long base : Segment.bases(names)) {
            try (Disk.File file = folder.open(new Segment(base, base).name())) {
                Segment segment = new Segment(base, base + file.size());
                (segment.end() > snapshot ? live : old).add(segment);
            }
        }
        if (live.isEmpty() && !old.isEmpty() && old.get(old.size() - 1).end() == snapshot) {
            live.add(old.remove(old.size() - 1)); // Full, and the next could not be made yet.
        }
        if (live.isEmpty()) {
            if (snapshot > 0 || !old.isEmpty()) {
                throw missing(snapshot);
            }
            return new Found(0, 0, List.of(), null, List.of());
        }
        if (live.get(0).base() > snapshot) {
            throw missing(snapshot);
        }
        return readLog();
    }

    private void readSnapshot() throws IOException {
        String name = Segment.snapshotName(snapshot);
        try (Disk.File file = folder.open(name)) {
            FrameScanner scanner = new FrameScanner(file, 0);
            if (!scanner.isFrame(0)
                    || scanner.kind() != Frames.SNAPSHOT
                    || scanner.mark() != snapshot) {
                throw damaged(name, 0);
            }
            checkFormat(name, scanner);
            long at = scanner.frameSize();
            long count = 0;
            while (scanner.isFrame(at) && scanner.kind() == Frames.ENTRY) {
                reader.snapshot(scanner.payload());
                count++;
                at += scanner.frameSize();
            }
            if (!scanner.isFrame(at)
                    || scanner.kind() != Frames.END
                    || scanner.mark() != count
                    || at + scanner.frameSize() != scanner.end()) {
                throw damaged(name, at);
            }
        }
    }

    private Found readLog() throws IOException {
        long position = snapshot;
        int index = 0;
        while (true) {
            Segment segment = live.get(index);
            position = readSegment(segment, position);
            if (position < segment.end() || index + 1 == live.size()) {
                break;
            }
            if (live.get(index + 1).base() != position) {
                break;
            }
            index++;
        }
        long tornEnd = tornEnd(index, position);
        rewrite(index, position);
        Segment active = live.get(index);
        if (tornEnd > position) {
            erase(active, position, tornEnd);
            reader.torn(position, tornEnd - position);
        }
        List<Segment> prepared = new ArrayList<>();
        long next = active.end();
        for (Segment segment : live.subList(index + 1, live.size())) {
            if (segment.base() == next) {
                prepared.add(segment);
                next = segment.end();
            } else {
                folder.delete(segment.name());
            }
        }
        old.addAll(live.subList(0, index));
        return new Found(snapshot, position, List.copyOf(old), active, List.copyOf(prepared));
    }

    private long readSegment(Segment segment, long from) throws IOException {
        long at = from;
        try (Disk.File file = folder.open(segment.name())) {
            FrameScanner scanner = new FrameScanner(file, segment.base());
            while (scanner.isFrame(at)) {
                int kind = scanner.kind();
                long next = at + scanner.frameSize();
                if (kind == Frames.RECORD) {
                    reader.record(next, scanner.payload());
                } else if (kind == Frames.MARKER) {
                    checkFormat(segment.name(), scanner);
                    forced = Math.max(forced, scanner.mark());
                } else if (kind != Frames.PADDING) {
                    break;
                }
                at = next;
            }
        }
        return at;
    }

    /** {@return the end of what was torn off, or the position itself if nothing was} */
    private long tornEnd(int index, long position) throws IOException {
        Segment segment = live.get(index);
        long tornEnd = position;
        try (Disk.File file = folder.open(segment.name())) {
            FrameScanner scanner = new FrameScanner(file, segment.base());
            long at = position;
            while (at < segment.end()) {
                if (!scanner.hasSequence(at)) {
                    at += STEP;
                } else if (at > position && scanner.isFrame(at)) {
                    if (scanner.kind() == Frames.MARKER && scanner.mark() > position) {
                        throw damaged(segment.name(), position - segment.base());
                    }
                    at += scanner.frameSize();
                    tornEnd = at;
                } else {
                    at += STEP;
                    tornEnd = at;
                }
            }
        }
        if (index + 1 < live.size()) {
            Segment next = live.get(index + 1);
            if (holdsFrames(next)) {
                throw next.base() == segment.end()
                        ? damaged(segment.name(), position - segment.base())
                        : missing(segment.end());
            }
        }
        return tornEnd;
    }

    private boolean holdsFrames(Segment segment) throws IOException {
        try (Disk.File file = folder.open(segment.name())) {
            FrameScanner scanner = new FrameScanner(file, segment.base());
            for (long at = segment.base(); at < segment.end(); at += STEP) {
                if (scanner.hasSequence(at) && scanner.isFrame(at)) {
                    return true;
                }
            }
        }
        return false;
    }

    private void rewrite(int last, long end) throws IOException {
        byte[] piece = new byte[PIECE];
        for (Segment segment : live.subList(0, last + 1)) {
            long from = Math.max(segment.base(), forced & -STEP);
            long to = Math.min(segment.end(), end);
            if (from >= to) {
                continue;
            }
            try (Disk.File file = folder.open(segment.name())) {
                for (long at = from; at < to; ) {
                    int some = (int) Math.min(PIECE, to - at);
                    if (file.read(piece, 0, some, at - segment.base()) < some) {
                        throw new IOException("the file " + segment.name() + " became shorter");
                    }
                    file.write(piece, 0, some, at - segment.base());
                    at += some;
                }
                file.sync();
            }
        }
    }

    private void erase(Segment segment, long from, long to) throws IOException {
        byte[] zeros = new byte[PIECE];
        try (Disk.File file = folder.open(segment.name())) {
            for (long at = from; at < to; ) {
                int some = (int) Math.min(PIECE, to - at);
                file.write(zeros, 0, some, at - segment.base());
                at += some;
            }
            file.sync();
        }
    }

    private void checkFormat(String name, FrameScanner scanner) throws IOException {
        if (scanner.format() != Frames.FORMAT) {
            throw new IOException(
                    "The file "
                            + folder.path().resolve(name)
                            + " has format "
                            + scanner.format()
                            + ", and this version reads format "
                            + Frames.FORMAT
                            + " only: start the version that wrote it.");
        }
    }

    private JournalDamagedException missing(long position) {
        Segment wanted = new Segment(position, position);
        return new JournalDamagedException(
                folder.path().resolve(wanted.name()),
                0,
                "The log in "
                        + folder.path()
                        + " has no file that holds position "
                        + position
                        + ", but others after it or a snapshot that ends there: nothing was"
                        + " changed; restore the folder, or save what can be read with journal"
                        + " export and remove it.");
    }

    private JournalDamagedException damaged(String name, long offset) {
        return new JournalDamagedException(
                folder.path().resolve(name),
                offset,
                "The log is damaged in "
                        + folder.path().resolve(name)
                        + " at byte "
                        + offset
                        + ", and that is not its end: nothing was changed; restore the folder, or"
                        + " save what can be read with journal export and remove it.");
    }
}
