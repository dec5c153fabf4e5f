package io.sirsi.scheduler.internal;

import io.sirsi.session.SessionId;
import io.sirsi.task.TaskId;
import io.sirsi.task.TaskQuery;
import io.sirsi.task.TaskSnapshot;
import io.sirsi.task.TaskState;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finished tasks, on disk, for a configured time. The heap holds the index of the file that is
 * appended to, and the Bloom filters of the others; how many tasks there are does not matter to it
 * otherwise.
 *
 * <p>One thread appends; all other methods may be called by any thread at any time, also by one
 * that is interrupted. A record that is damaged is left out, counted and logged, and never handed
 * out. Methods that read throw {@link UncheckedIOException} where the disk does not answer, and all
 * throw {@link IllegalStateException} after {@link #close}.
 */
final class HistoryStore implements History, Closeable {

    /** Of one answer: an output has up to a million, and the heap of a node 512 MB. */
    private static final long MOST_CHARACTERS = 32L << 20;

    private static final Logger LOG = LoggerFactory.getLogger(HistoryStore.class);

    private static final Pattern DATA = Pattern.compile("([0-9a-f]{16})\\.data");
    private static final int MOST_OPEN_FILES = 64;
    private static final int MOST_REPORTED = 10_000;

    /** If nobody forces, so many full files wait for their index before appending does it. */
    private static final int MOST_FULL = 3;

    /** A file covers at most this part of what is kept, so that little is kept for too long. */
    private static final int PARTS = 8;

    private static final long LARGEST_FILE = 64L << 20;
    private static final long SMALLEST_FILE = 4 << 10;

    /**
     * A task that has ended.
     *
     * @param task as it ended
     * @param ran how long its last attempt ran; zero if none did
     * @param attempts how many attempts were begun
     */
    record Finished(TaskSnapshot task, Duration ran, int attempts) {
        Finished {
            if (!task.state().isFinal()) {
                throw new IllegalArgumentException(
                        "task " + task.id() + " has not ended: " + task.state().name());
            }
        }

        /** {@return how it ended} */
        TaskState.Ended ended() {
            return (TaskState.Ended) task.state();
        }
    }

    /**
     * What is kept.
     *
     * @param keep for how long after its end a task is kept at least, and an eighth longer at most;
     *     positive
     * @param maxBytes how many bytes the files take at most, the one that is appended to left
     *     aside; positive. The oldest go first
     * @param recordsPerFile how many tasks one file has at most, 1 to 1,048,576
     */
    record Settings(Duration keep, long maxBytes, int recordsPerFile) {
        Settings {
            if (keep.isNegative() || keep.isZero()) {
                throw new IllegalArgumentException("the time to keep must be positive: " + keep);
            }
            if (maxBytes < 1) {
                throw new IllegalArgumentException(
                        "the bytes to keep must be positive: " + maxBytes);
            }
            if (recordsPerFile < 1 || recordsPerFile > 1 << 20) {
                throw new IllegalArgumentException(
                        "records per file must be 1 to 1048576: " + recordsPerFile);
            }
        }

        private long bytesPerFile() {
            return Math.max(SMALLEST_FILE, Math.min(LARGEST_FILE, maxBytes / PARTS));
        }
    }

    private final HistoryDisk disk;
    private final Settings settings;
    private final Clock clock;
    private final RandomGenerator random;

    /** Held while files are forced, indexed or deleted; before {@link #lock} if both are. */
    private final Object maintenance = new Object();

    /** Held for moments: guards the live files and who is in the list. */
    private final Object lock = new Object();

    /** All files, the newest first. Replaced, never changed. */
    private volatile List<HistoryFile> files;

    /** How many of them are full and have no index on disk. */
    private volatile int waitingForIndex;

    /** The file that is appended to, the first of all. */
    private @Nullable LiveFile live;

    private long nextNumber;
    private volatile boolean closed;

    /** Why nothing is taken any more until the history is opened again. */
    private volatile @Nullable String broken;

    /** Whether files were made or deleted since names were forced last. Guarded by the lock. */
    private boolean namesChanged;

    private boolean sealingFailed;

    /** Used by the thread that appends. */
    private final RecentEncoder recent = new RecentEncoder();

    private final ByteWriter frame = new ByteWriter(1024);

    private final Set<String> damages = ConcurrentHashMap.newKeySet();

    /**
     * Opens a history, and mends what a crash has left.
     *
     * @param folder where it is; made if it is not there; for this store alone
     * @param settings what is kept
     * @param clock the time of day, for {@link #expire}
     * @return the history, which takes and answers
     * @throws IOException if the folder cannot be read or written
     */
    static HistoryStore open(Path folder, Settings settings, Clock clock) throws IOException {
        return open(new ChannelDisk(folder, MOST_OPEN_FILES), settings, clock, new SecureRandom());
    }

    /** Opens a history on any disk; the random numbers are what nobody must guess. */
    static HistoryStore open(
            HistoryDisk disk, Settings settings, Clock clock, RandomGenerator random)
            throws IOException {
        HistoryStore store = new HistoryStore(disk, settings, clock, random);
        try {
            store.load();
        } catch (IOException e) {
            disk.close();
            throw e;
        }
        return store;
    }

    private HistoryStore(HistoryDisk disk, Settings settings, Clock clock, RandomGenerator random) {
        this.disk = disk;
        this.settings = settings;
        this.clock = clock;
        this.random = random;
        this.files = List.of();
        this.waitingForIndex = -1;
    }

    /**
     * Adds a task. It is found from now on, and on disk after the next {@link #force}. One that is
     * known already is not added again. Waits for the disk now and then, for a buffer to be
     * written; if nobody forces, for an index, too. One thread at a time.
     *
     * @param finished the task
     * @throws IOException if it was not added; it can be tried again
     */
    @Override
    public void append(Finished finished) throws IOException {
        requireUsable();
        if (!isKnown(finished.task().id())) {
            appendNew(finished);
        }
    }

    @Override
    public void appendNew(Finished finished) throws IOException {
        requireUsable();
        HistoryFrames.writeFrame(frame, finished, recent);
        HistoryFacts facts = HistoryFacts.of(finished);
        if (waitingForIndex >= MOST_FULL) {
            synchronized (maintenance) {
                seal();
            }
            requireUsable();
            if (waitingForIndex >= MOST_FULL) {
                throw new IOException("the indexes of finished tasks cannot be written");
            }
        }
        synchronized (lock) {
            LiveFile to = live;
            if (to != null && to.pending() >= LiveFile.BUFFER_LENGTH) {
                to.flush(disk);
            }
            if (to != null && isFull(to)) {
                to.flush(disk);
                live = null;
                to = null;
            }
            if (to == null) {
                to = begin();
            }
            to.append(frame, facts);
        }
    }

    /**
     * Returns when all tasks that were added before are on disk. Now and then it writes an index
     * afterwards, which takes about a tenth of a second.
     *
     * @throws IOException if they are not, and their other copy must be kept; it can be tried
     *     again. Where the disk lost them, nothing is taken until the history is opened again
     */
    @Override
    public void force() throws IOException {
        synchronized (maintenance) {
            requireUsable();
            forceData();
            seal();
        }
    }

    /** {@return the finished task with this name, if it is still known} */
    @Override
    public Optional<Finished> find(TaskId task) {
        return look(
                task.high(),
                task.low(),
                LiveFile::ids,
                SealedFile::findTask,
                finished -> finished.task().id().equals(task));
    }

    /**
     * {@return the last finished task of a session with an idempotency key, if it is still known}
     */
    @Override
    public Optional<TaskId> findKey(SessionId session, String key) {
        HistoryFacts.Key hash = HistoryFacts.Key.of(session, key);
        Optional<String> wanted = Optional.of(key);
        return look(
                        hash.high(),
                        hash.low(),
                        LiveFile::keys,
                        SealedFile::findKey,
                        finished ->
                                finished.task().session().equals(session)
                                        && finished.task().spec().idempotencyKey().equals(wanted))
                .map(finished -> finished.task().id());
    }

    private static long characters(TaskSnapshot task) {
        int output =
                task.state() instanceof TaskState.Succeeded succeeded
                        ? succeeded.output().text().length()
                        : 0;
        return (long) task.spec().input().text().length() + output;
    }

    /**
     * {@return the finished tasks that match, those that were added last first; fewer than asked
     * for when their inputs and outputs have more than 32 million characters together}
     */
    @Override
    public List<Finished> newest(TaskQuery query) {
        requireOpen();
        HistoryFacts.Filter filter = new HistoryFacts.Filter(query);
        List<Finished> found = new ArrayList<>();
        if (filter.isHopeless()) {
            return found;
        }
        long characters = 0;
        Set<TaskId> seen = new HashSet<>();
        for (HistoryFile file : files) {
            for (int page = pages(file) - 1; page >= 0; page--) {
                int[] offsets = candidates(file, page, filter);
                for (int i = offsets.length - 1; i >= 0; i--) {
                    Finished finished = read(file, offsets[i]);
                    if (finished != null
                            && filter.fits(finished.task())
                            && seen.add(finished.task().id())) {
                        found.add(finished);
                        characters += characters(finished.task());
                        if (found.size() == query.limit() || characters > MOST_CHARACTERS) {
                            return found;
                        }
                    }
                }
            }
        }
        return found;
    }

    /**
     * Deletes what is older than it is to be kept, and the oldest beyond the bytes that there may
     * be, in whole files. To be called now and then, by a thread that may wait for the disk.
     *
     * @throws IOException if the disk refuses; what was deleted is deleted
     */
    @Override
    public void expire() throws IOException {
        synchronized (maintenance) {
            requireOpen();
            long now = clock.instant().getEpochSecond();
            long keep = Math.max(1, settings.keep().toSeconds());
            synchronized (lock) {
                LiveFile to = live;
                if (to != null && to.firstEnd() <= now - keep / PARTS) {
                    endLive(to);
                }
            }
            seal();
            List<HistoryFile> kept = new ArrayList<>();
            List<HistoryFile> dropped = new ArrayList<>();
            synchronized (lock) {
                long bytes = 0;
                for (HistoryFile file : files) {
                    bytes += file == live ? 0 : file.bytes();
                    boolean isOld = file.lastEnd() < now - keep;
                    boolean isDropped = file != live && (isOld || bytes > settings.maxBytes());
                    (isDropped ? dropped : kept).add(file);
                }
                setFiles(kept);
            }
            for (HistoryFile file : dropped) {
                LOG.info(
                        "{} finished tasks are no longer kept ({})", file.count(), file.dataName());
                disk.delete(file.dataName());
                disk.delete(file.indexName());
            }
        }
    }

    /** {@return how many finished tasks there are, damaged ones included} */
    long size() {
        requireOpen();
        synchronized (lock) {
            return files.stream().mapToLong(HistoryFile::count).sum();
        }
    }

    /** {@return how many bytes the files take} */
    long bytes() {
        requireOpen();
        synchronized (lock) {
            return files.stream().mapToLong(HistoryFile::bytes).sum();
        }
    }

    /** {@return how many damaged records were met since this was opened, 10,000 at most} */
    long damaged() {
        return damages.size();
    }

    /**
     * Forces what was added, and ends. A second time it does nothing.
     *
     * @throws IOException if something is not on disk; it is closed all the same
     */
    @Override
    public void close() throws IOException {
        synchronized (maintenance) {
            if (closed) {
                return;
            }
            try (disk) {
                if (broken == null) {
                    forceData();
                }
            } finally {
                closed = true;
            }
        }
    }

    private void load() throws IOException {
        List<Long> numbers = new ArrayList<>();
        Set<String> names = new HashSet<>(disk.list());
        for (String name : names) {
            Matcher data = DATA.matcher(name);
            if (data.matches()) {
                numbers.add(Long.parseUnsignedLong(data.group(1), 16));
            }
        }
        numbers.sort(null);
        nextNumber = numbers.isEmpty() ? 1 : numbers.get(numbers.size() - 1) + 1;
        List<HistoryFile> loaded = new ArrayList<>();
        for (int i = 0; i < numbers.size(); i++) {
            HistoryFile file = load(numbers.get(i), i == numbers.size() - 1);
            if (file != null) {
                loaded.add(0, file);
            }
        }
        for (String name : names) {
            boolean isOrphan =
                    name.endsWith(".index") && !names.contains(name.replace(".index", ".data"));
            if (isOrphan || name.endsWith(".tmp")) {
                disk.delete(name);
            }
        }
        if (!loaded.isEmpty() && loaded.get(0) instanceof LiveFile last) {
            live = last;
        }
        disk.forceNames(); // That of the last file may not be on the disk yet.
        setFiles(loaded);
    }

    private @Nullable HistoryFile load(long number, boolean isLast) throws IOException {
        try {
            return SealedFile.open(disk, number);
        } catch (NoSuchFileException e) {
            if (!isLast) {
                LOG.warn("{} has no index; it is made again", HistoryFile.dataName(number));
            }
        } catch (SealedFile.DamagedIndexException e) {
            LOG.warn("an index of finished tasks is made again: {}", e.getMessage());
            disk.delete(HistoryFile.indexName(number));
        }
        LiveFile file = scan(number, null, true);
        if (file == null) {
            return null;
        }
        file.secure(disk);
        if (isLast) {
            return file;
        }
        return SealedFile.write(disk, file, file.flushed());
    }

    /**
     * Makes the index of a file from its data.
     *
     * @param known how it is framed, if that is known from elsewhere
     * @param cut whether an end that was not written wholly is cut off
     * @return the file; null if its header is lost
     */
    private @Nullable LiveFile scan(long number, @Nullable HistoryFrames known, boolean cut)
            throws IOException {
        String name = HistoryFile.dataName(number);
        long size = disk.size(name);
        HistoryScan scan = new HistoryScan(disk, name, size);
        HistoryFrames read = size < HistoryFrames.HEADER_LENGTH ? null : scan.readHeader();
        HistoryFrames frames = read == null ? known : read;
        if (frames == null) {
            setAside(name, size);
            return null;
        }
        LiveFile file = new LiveFile(number, frames, size);
        scan.run(
                frames,
                new HistoryScan.Visitor() {
                    @Override
                    public void record(int offset, ByteBuffer record) {
                        Finished finished = HistoryFrames.decode(record);
                        if (finished == null) {
                            report(name, offset);
                        } else {
                            file.add(HistoryFacts.of(finished), offset);
                        }
                    }

                    @Override
                    public void damaged(int offset) {
                        report(name, offset);
                    }
                });
        if (cut && scan.end() < size) {
            LOG.warn(
                    "{} ended in the middle of a record: cut off {} bytes",
                    name,
                    size - scan.end());
            disk.truncate(name, scan.end());
            file.cut(scan.end());
        }
        return file;
    }

    private void setAside(String name, long size) throws IOException {
        if (size < HistoryFrames.HEADER_LENGTH) {
            // The crash came before anything was in it.
            disk.delete(name);
            return;
        }
        LOG.error("{} has lost its header; it is set aside as {}.damaged", name, name);
        damages.add(name);
        disk.rename(name, name + ".damaged");
    }

    private LiveFile begin() throws IOException {
        LiveFile file = new LiveFile(nextNumber, new HistoryFrames(random.nextLong()));
        disk.create(file.dataName());
        nextNumber++;
        namesChanged = true;
        List<HistoryFile> more = new ArrayList<>();
        more.add(file);
        more.addAll(files);
        setFiles(more);
        live = file;
        return file;
    }

    /** Lets the next task begin a file, unless this one cannot be written, which can wait. */
    private void endLive(LiveFile file) {
        try {
            file.flush(disk);
            live = null;
        } catch (IOException e) {
            LOG.warn("{} cannot be written now: {}", file.dataName(), e.toString());
        }
    }

    private boolean isFull(LiveFile file) {
        return file.count() >= settings.recordsPerFile() || file.end() >= settings.bytesPerFile();
    }

    private void setFiles(List<? extends HistoryFile> changed) {
        int live = 0;
        for (HistoryFile file : changed) {
            live += file instanceof LiveFile ? 1 : 0;
        }
        files = List.copyOf(changed);
        waitingForIndex = live - 1;
    }

    /** Has everything on disk that was appended before. Under the lock for maintenance. */
    private void forceData() throws IOException {
        List<LiveFile> written = new ArrayList<>();
        List<Long> targets = new ArrayList<>();
        boolean names;
        synchronized (lock) {
            if (live != null) {
                live.flush(disk);
            }
            for (HistoryFile file : files) {
                if (file instanceof LiveFile some) {
                    written.add(some);
                    targets.add(some.flushed());
                }
            }
            names = namesChanged;
            namesChanged = false;
        }
        try {
            for (int i = 0; i < written.size(); i++) {
                written.get(i).force(disk, targets.get(i));
            }
            if (names) {
                disk.forceNames();
            }
        } catch (LiveFile.LostException e) {
            broken = e.getMessage();
            throw e;
        } catch (IOException e) {
            synchronized (lock) {
                namesChanged |= names;
            }
            throw e;
        }
    }

    /**
     * Gives every full file its index. Under the lock for maintenance. The data do not need it, so
     * a failure is logged and it is tried again.
     */
    private void seal() {
        List<HistoryFile> now = files;
        for (int i = now.size() - 1; i >= 0; i--) {
            HistoryFile file = now.get(i);
            boolean isLive;
            synchronized (lock) {
                isLive = file == live;
            }
            if (isLive || !(file instanceof LiveFile full)) {
                continue;
            }
            try {
                full.force(disk, full.flushed());
                replace(full, SealedFile.write(disk, full, full.flushed()));
                sealingFailed = false;
            } catch (LiveFile.LostException e) {
                broken = e.getMessage();
                LOG.error("nothing is added to the history any more: {}", e.getMessage());
                return;
            } catch (IOException e) {
                if (!sealingFailed) {
                    LOG.warn("{} cannot be written now: {}", full.indexName(), e.toString());
                }
                sealingFailed = true;
                return;
            }
        }
    }

    private void replace(HistoryFile old, HistoryFile replacement) {
        synchronized (lock) {
            List<HistoryFile> changed = new ArrayList<>(files);
            changed.replaceAll(file -> file == old ? replacement : file);
            setFiles(changed);
        }
    }

    /** Makes an index again that turned out to be damaged while it was read. */
    private void mend(SealedFile file, String why) throws IOException {
        synchronized (maintenance) {
            requireOpen();
            if (!files.contains(file)) {
                return; // Somebody else has, or it has been dropped.
            }
            LOG.warn("an index of finished tasks is made again: {}", why);
            LiveFile content = scan(file.number(), file.frames(), false);
            if (content != null) {
                replace(file, SealedFile.write(disk, content, content.flushed()));
            }
        }
    }

    private interface LiveIndex {
        OffsetTable of(LiveFile file);
    }

    private interface SealedIndex {
        int find(SealedFile file, HistoryDisk disk, long high, long low) throws IOException;
    }

    private interface Check {
        boolean fits(Finished finished);
    }

    private Optional<Finished> look(
            long high, long low, LiveIndex inMemory, SealedIndex onDisk, Check check) {
        requireOpen();
        for (HistoryFile file : files) {
            int offset;
            if (file instanceof LiveFile some) {
                synchronized (lock) {
                    offset = inMemory.of(some).get(high, low);
                }
            } else {
                offset =
                        indexed((SealedFile) file, asked -> onDisk.find(asked, disk, high, low), 0);
            }
            if (offset != 0) {
                Finished finished = read(file, offset);
                if (finished != null && check.fits(finished)) {
                    return Optional.of(finished);
                }
            }
        }
        return Optional.empty();
    }

    private interface IndexUse<T> {
        T of(SealedFile file) throws IOException;
    }

    /** Asks an index; if it is damaged, once more after it has been made again. */
    private <T> T indexed(SealedFile file, IndexUse<T> use, T nothing) {
        SealedFile asked = file;
        for (int attempt = 0; ; attempt++) {
            try {
                return use.of(asked);
            } catch (NoSuchFileException | SealedFile.DamagedIndexException e) {
                try {
                    if (attempt == 2) {
                        throw e;
                    }
                    mend(asked, e.toString());
                } catch (IOException again) {
                    throw new UncheckedIOException(again);
                }
                SealedFile now = current(asked);
                if (now == null) {
                    return nothing;
                }
                asked = now;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private @Nullable SealedFile current(SealedFile file) {
        for (HistoryFile candidate : files) {
            if (candidate.number() == file.number() && candidate instanceof SealedFile found) {
                return found;
            }
        }
        return null;
    }

    private int pages(HistoryFile file) {
        if (file instanceof SealedFile asked) {
            return asked.orderPages();
        }
        synchronized (lock) {
            return (file.count() + SealedFile.ORDERS - 1) / SealedFile.ORDERS;
        }
    }

    /** The offsets on a page of tasks that may fit, the oldest first. */
    private int[] candidates(HistoryFile file, int page, HistoryFacts.Filter filter) {
        int[] offsets = new int[SealedFile.ORDERS];
        int found = 0;
        if (file instanceof LiveFile some) {
            synchronized (lock) {
                int end = Math.min(some.count(), (page + 1) * SealedFile.ORDERS);
                for (int i = page * SealedFile.ORDERS; i < end; i++) {
                    if (filter.mayFit(some.session(i), some.bits(i))) {
                        offsets[found++] = some.offset(i);
                    }
                }
            }
        } else {
            ByteBuffer order =
                    indexed(
                            (SealedFile) file,
                            asked -> asked.order(disk, page),
                            ByteBuffer.allocate(0));
            while (order.hasRemaining()) {
                int offset = order.getInt();
                if (filter.mayFit(order.getInt(), order.getInt())) {
                    offsets[found++] = offset;
                }
            }
        }
        return Arrays.copyOf(offsets, found);
    }

    /** Reads a task; null if it is damaged, or its file has been dropped. */
    private @Nullable Finished read(HistoryFile file, int offset) {
        try {
            long end;
            if (file instanceof LiveFile some) {
                ByteBuffer unwritten;
                synchronized (lock) {
                    unwritten = some.unwritten(offset);
                    end = some.flushed();
                }
                if (unwritten != null) {
                    int length = unwritten.limit() - HistoryFrames.FRAME_LENGTH;
                    return HistoryFrames.decode(file.frames().record(unwritten, length, offset));
                }
            } else {
                end = ((SealedFile) file).dataLength();
            }
            Finished finished = file.frames().read(disk, file.dataName(), offset, end);
            if (finished == null) {
                report(file.dataName(), offset);
            }
            return finished;
        } catch (NoSuchFileException e) {
            if (files.contains(file)) {
                throw new UncheckedIOException(e);
            }
            return null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean isKnown(TaskId task) {
        try {
            return find(task).isPresent();
        } catch (UncheckedIOException e) {
            // Twice on disk is harmless: queries hand out the later one.
            LOG.warn("whether task {} is known cannot be read: {}", task, e.getMessage());
            return false;
        }
    }

    private void report(String name, int offset) {
        if (damages.size() < MOST_REPORTED && damages.add(name + " at " + offset)) {
            LOG.warn("a finished task is damaged and left out: {} at byte {}", name, offset);
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the history is closed");
        }
    }

    private void requireUsable() throws IOException {
        requireOpen();
        String why = broken;
        if (why != null) {
            throw new IOException(why);
        }
    }
}
