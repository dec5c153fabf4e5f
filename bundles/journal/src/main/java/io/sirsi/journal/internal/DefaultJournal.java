package io.sirsi.journal.internal;

import io.sirsi.journal.FailPoint;
import io.sirsi.journal.Journal;
import io.sirsi.journal.JournalException;
import io.sirsi.journal.JournalListener;
import io.sirsi.journal.JournalOptions;
import io.sirsi.journal.JournalReader;
import io.sirsi.journal.JournalState;
import io.sirsi.journal.JournalStatus;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A log. One turn of its work is {@link #turn}; after {@link #start} a thread calls it, and another
 * prepares files. Without start whoever owns it calls turn by hand, on one thread for everything,
 * and nothing in it happens by itself.
 */
public final class DefaultJournal implements Journal {

    private static final Logger log = LoggerFactory.getLogger(DefaultJournal.class);

    private static final long LONGEST_WAIT_NANOS = Duration.ofSeconds(10).toNanos();
    private static final long RETRY_NANOS = Duration.ofMillis(500).toNanos();
    private static final long WAIT_STEP_NANOS = 20_000;

    /** How long nothing must come until the marker of the last batch is forced, too. */
    private static final long QUIET_NANOS = Duration.ofMillis(20).toNanos();

    /** The longest that a batch waits for those who are appending right now. */
    private static final long LONGEST_GATHERING_NANOS = 30_000;

    /** Nobody has appended for so long: the batch is complete. */
    private static final long STILL_NANOS = 700;

    private static final JournalListener NOBODY =
            new JournalListener() {
                @Override
                public void forced(long position) {}

                @Override
                public void changed(JournalState state, String sentence) {}
            };

    /** A change of state that the listener has not heard of yet. */
    private record Change(JournalState state, String sentence) {}

    private final String name;
    private final JournalOptions options;
    private final Disk.Folder folder;
    private final LongSupplier nanoTime;
    private final Closeable lock;
    private final LogFiles files;
    private final Ring ring;
    private final Waiters waiters = new Waiters();

    private final AtomicReference<JournalState> state = new AtomicReference<>(JournalState.OPEN);
    private final AtomicReference<@Nullable Change> change = new AtomicReference<>();
    private final AtomicBoolean snapshotting = new AtomicBoolean();
    private final AtomicBoolean closing = new AtomicBoolean();
    private final PaddedLong forced;
    private volatile String noRoom = "";
    private volatile String failure = "";
    private volatile long written;
    private volatile long ordinaryEnd;
    private volatile long reservedEnd;
    private volatile long snapshot;
    private volatile JournalListener listener = NOBODY;
    private volatile boolean preparing;
    private volatile long lastForceNanos = 100_000;
    private volatile long forces;
    private volatile long records;

    // Of the thread that writes.
    private LogFiles.Open active;
    private long onDisk;
    private long marked = -1;
    private long toldWritten;
    private long forceCount;
    private final byte[] note = new byte[Frames.MARK_LENGTH];
    private boolean recordsWaitForForce;
    private boolean turning;
    private long nextTry;

    // Of the threads.
    private long spinNanos;
    private volatile @Nullable Thread writer;
    private volatile @Nullable Thread preparer;
    private volatile boolean sleeping;
    private volatile boolean stopping;

    private DefaultJournal(
            String name,
            JournalOptions options,
            Disk.Folder folder,
            LongSupplier nanoTime,
            Closeable lock,
            JournalReader reader)
            throws IOException {
        this.name = name;
        this.options = options;
        this.folder = folder;
        this.nanoTime = nanoTime;
        this.lock = lock;
        Recovery.Found found = new Recovery(folder, reader).run();
        this.files = new LogFiles(folder, options, found);
        this.active = files.active();
        this.snapshot = found.snapshot();
        this.ring = new Ring(options.ringBytes(), found.end());
        this.onDisk = found.end();
        this.written = found.end();
        this.toldWritten = found.end();
        this.forced = new PaddedLong(found.end());
        limit();
    }

    /**
     * Opens a log, and reads it to its owner. Nothing runs until {@link #start}.
     *
     * @param disk where its folder is
     * @param name the name of its folder
     * @param options its sizes
     * @param nanoTime a monotonic clock in nanoseconds
     * @param reader to whom it is read
     * @throws IOException as {@link io.sirsi.journal.Journals#open}
     */
    public static DefaultJournal open(
            Disk disk,
            String name,
            JournalOptions options,
            LongSupplier nanoTime,
            JournalReader reader)
            throws IOException {
        Disk.Folder folder = disk.folder(name);
        Closeable lock = folder.lock();
        boolean opened = false;
        try {
            DefaultJournal result =
                    new DefaultJournal(name, options, folder, nanoTime, lock, reader);
            opened = true;
            return result;
        } finally {
            if (!opened) {
                lock.close();
            }
        }
    }

    /**
     * Starts its two threads.
     *
     * @param spin how long the one that writes looks for more before it sleeps
     * @return this
     */
    public DefaultJournal start(Duration spin) {
        spinNanos = spin.toNanos();
        preparer = daemon("sirsi-journal-" + name + "-files", this::prepareUntilStopped);
        writer = daemon("sirsi-journal-" + name, this::turnUntilStopped);
        Objects.requireNonNull(preparer).start();
        Objects.requireNonNull(writer).start();
        return this;
    }

    private static Thread daemon(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        return thread;
    }

    // Appending: any thread.

    @Override
    public long append(byte[] record, int offset, int length) {
        return append(record, offset, length, false);
    }

    @Override
    public long appendReserved(byte[] record, int offset, int length) {
        return append(record, offset, length, true);
    }

    private long append(byte[] record, int offset, int length, boolean reserved) {
        Objects.checkFromIndexSize(offset, length, record.length);
        if (length < 1 || length > ring.longest()) {
            throw new IllegalArgumentException(
                    "a record of the log "
                            + name
                            + " has 1 to "
                            + ring.longest()
                            + " bytes, not "
                            + length);
        }
        int payloadCrc = Frames.crc(record, offset, length);
        int frame = Frames.size(length);
        long at = ring.claim(frame, reserved ? reservedEnd : ordinaryEnd);
        if (at < 0) {
            at = claimPatiently(frame, reserved, at);
        }
        ring.put(at, record, offset, length);
        ring.publish(at, Frames.word(Frames.RECORD, length), payloadCrc);
        if (sleeping) {
            wakeWriter();
        }
        return at + frame;
    }

    private long claimPatiently(int frame, boolean reserved, long first) {
        long at = first;
        long deadline = System.nanoTime() + LONGEST_WAIT_NANOS;
        while (at < 0) {
            if (at == Ring.SEALED) {
                throw gone();
            }
            if (at == Ring.CROWDED) {
                makeWay();
            } else {
                awaitRoom(reserved);
            }
            at = ring.claim(frame, reserved ? reservedEnd : ordinaryEnd);
            if (at < 0 && System.nanoTime() > deadline) {
                throw new JournalException(
                        state(),
                        "The log "
                                + name
                                + " has taken nothing for ten seconds: see whether the disk of "
                                + folder.path()
                                + " still answers.");
            }
        }
        return at;
    }

    /** The ring is full: waits for the writer, or writes where this thread is the writer. */
    private void makeWay() {
        if (!isMine()) {
            wakeWriter();
            LockSupport.parkNanos(WAIT_STEP_NANOS);
            return;
        }
        try {
            writeOut();
        } catch (IOException e) {
            fail(e);
        }
    }

    private void awaitRoom(boolean reserved) {
        if (preparer == null) {
            prepare();
            if (noRoom.isEmpty()) {
                return;
            }
        } else if (preparing) {
            LockSupport.parkNanos(WAIT_STEP_NANOS);
            return;
        }
        if (!reserved) {
            if (state() == JournalState.OPEN && !noRoom.isEmpty()) {
                becomeFull();
            }
            if (state() == JournalState.FULL) {
                throw full();
            }
        } else if (!noRoom.isEmpty()) {
            throw full();
        }
        wakePreparer();
        LockSupport.parkNanos(WAIT_STEP_NANOS);
    }

    /** {@return whether this thread is the one that writes} */
    private boolean isMine() {
        Thread thread = writer;
        return thread == null || thread == Thread.currentThread();
    }

    private JournalException full() {
        return new JournalException(
                JournalState.FULL,
                "The log "
                        + name
                        + " has no room ("
                        + noRoom
                        + "): nothing was appended; free some space, and it goes on by itself.");
    }

    private JournalException gone() {
        JournalState now = state();
        return now == JournalState.FAILED
                ? new JournalException(now, failure)
                : new JournalException(JournalState.CLOSED, "The log " + name + " is closed.");
    }

    // Reading its position: any thread.

    @Override
    public int maxRecordBytes() {
        return ring.longest();
    }

    @Override
    public long end() {
        return ring.tail();
    }

    @Override
    public long written() {
        return written;
    }

    @Override
    public long forced() {
        return forced.get();
    }

    @Override
    public boolean awaitForced(long position, Duration timeout) throws InterruptedException {
        if (forced.get() >= position) {
            return true;
        }
        if (isMine()) {
            while (forced.get() < position && isAlive()) {
                if (!turn()) {
                    break;
                }
            }
            return settled(position);
        }
        long begin = System.nanoTime();
        long spinUntil = begin + spinNanos;
        while (System.nanoTime() < spinUntil) {
            if (forced.get() >= position) {
                return true;
            }
            Thread.onSpinWait();
        }
        Waiters.Waiter waiter = waiters.add(position);
        try {
            while (!settled(position)) {
                long left = timeout.toNanos() - (System.nanoTime() - begin);
                if (left <= 0) {
                    return false;
                }
                LockSupport.parkNanos(this, left);
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
            }
            return true;
        } finally {
            waiter.leave();
        }
    }

    private boolean settled(long position) {
        if (forced.get() >= position) {
            return true;
        }
        if (!isAlive()) {
            throw gone();
        }
        return false;
    }

    private JournalState state() {
        return Objects.requireNonNull(state.get());
    }

    /** {@return whether it has been closed} */
    boolean isClosed() {
        return closing.get();
    }

    private boolean isAlive() {
        JournalState now = state();
        return now == JournalState.OPEN || now == JournalState.FULL;
    }

    @Override
    public void listen(JournalListener listener) {
        this.listener = Objects.requireNonNull(listener, "listener");
    }

    @Override
    public long bytesSinceSnapshot() {
        return ring.tail() - snapshot;
    }

    @Override
    public JournalStatus status() {
        return new JournalStatus(
                name,
                state(),
                new JournalStatus.Position(end(), written, forced(), snapshot),
                new JournalStatus.Use(records, forces, files.bytesOnDisk(), lastForceNanos));
    }

    // Writing: one thread.

    /**
     * Does one turn: writes what is there, tells it, forces it, tells that. Without threads it also
     * prepares files.
     *
     * @return whether there was anything to do
     */
    public boolean turn() {
        boolean worked = work();
        if (!worked) {
            rest();
        }
        return worked;
    }

    private boolean work() {
        if (turning) {
            throw new IllegalStateException("the log " + name + " is in the middle of a turn");
        }
        boolean interrupted = Thread.interrupted(); // Or it would close the channel of the file.
        turning = true;
        try {
            announce();
            if (!isAlive()) {
                return false;
            }
            if (preparer == null) {
                prepareInTime();
            }
            if (!ring.hasPublished() && !recordsWaitForForce) {
                return false;
            }
            writeAndForce();
            return true;
        } catch (IOException e) {
            fail(e);
            return true;
        } finally {
            turning = false;
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void writeAndForce() throws IOException {
        mark();
        FailPoint.reach("K1-appended-not-written");
        writeOut();
        FailPoint.reach("K2-written-not-forced");
        tellWritten();
        if (ring.hasPublished()) {
            writeOut(); // What the listener has just appended need not wait for the next force.
            tellWritten();
        }
        if (recordsWaitForForce) {
            force();
        }
        if (forced.get() < onDisk) {
            forced.set(onDisk);
            FailPoint.reach("K3-forced-not-told");
            tellForced();
        }
    }

    /** Notes in the log up to where it is on the disk, once for each force. */
    private void mark() {
        if (marked < onDisk && ring.mark(Marks.write(onDisk, note), reservedEnd)) {
            marked = onDisk;
        }
    }

    /** Writes what is published, also around the end of the ring. */
    private void writeOut() throws IOException {
        for (int part = 0; part < 2 && ring.hasPublished(); part++) {
            long from = ring.head();
            if (from == active.segment().end()) {
                if (onDisk < from) {
                    force(); // A later file with frames proves that this one is on the disk.
                }
                active = files.roll();
                wakePreparer();
            }
            long to = ring.published(active.segment().end());
            recordsWaitForForce |= ring.sawRecord();
            active.file().write(ring.bytes(to), from - active.segment().base());
            written = to;
            records = ring.records();
            ring.consume(to);
        }
    }

    private void force() throws IOException {
        long begin = System.nanoTime();
        active.file().force();
        lastForceNanos = System.nanoTime() - begin;
        forces = ++forceCount;
        onDisk = written;
        recordsWaitForForce = false;
    }

    /**
     * Before it sleeps: notes that the last batch is on the disk, so that damage in it can be told
     * from a torn end. Nobody waits for this note, so it is not forced here.
     */
    private void rest() {
        if (marked >= onDisk || !isAlive()) {
            return;
        }
        boolean interrupted = Thread.interrupted();
        turning = true;
        try {
            mark();
            writeOut();
            if (recordsWaitForForce) { // Someone came in between.
                tellWritten();
                force();
                forced.set(onDisk);
                tellForced();
            } else if (forced.get() < written) {
                forced.set(written); // All records are; the note need not be.
            }
        } catch (IOException e) {
            fail(e);
        } finally {
            turning = false;
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void tellWritten() {
        if (toldWritten == written) {
            return;
        }
        toldWritten = written;
        try {
            listener.written(toldWritten);
        } catch (RuntimeException e) {
            log.error("journal {}: the listener failed at {}", name, written, e);
        }
    }

    private void tellForced() {
        try {
            listener.forced(forced.get());
        } catch (RuntimeException e) {
            log.error("journal {}: the listener failed at {}", name, forced.get(), e);
        }
        waiters.wake(forced.get());
    }

    private void announce() {
        Change heard = change.getAndSet(null);
        if (heard != null) {
            tellChanged(heard.state(), heard.sentence());
        }
    }

    private void tellChanged(JournalState now, String sentence) {
        try {
            listener.changed(now, sentence);
        } catch (RuntimeException e) {
            log.error("journal {}: the listener failed at {}", name, now, e);
        }
    }

    /** What the disk has after an error nobody knows: it is never forced again. */
    private void fail(IOException cause) {
        failure =
                "The log "
                        + name
                        + " in "
                        + folder.path()
                        + " has failed ("
                        + reason(cause)
                        + "): nothing is taken any more; see to the disk, then restart the node.";
        state.set(JournalState.FAILED);
        ring.seal();
        log.error("journal: {}", failure, cause);
        waiters.wake(Long.MAX_VALUE);
        change.set(null);
        tellChanged(JournalState.FAILED, failure);
    }

    private static String reason(Throwable failure) {
        String message = failure.getMessage();
        return message == null ? failure.getClass().getSimpleName() : message;
    }

    private void wakeWriter() {
        if (sleeping) {
            sleeping = false;
            LockSupport.unpark(writer);
        }
    }

    private void turnUntilStopped() {
        while (!stopping) {
            gather();
            if (!work() && !spin()) {
                rest();
                sleep();
            }
        }
        finish();
    }

    /**
     * Lets a batch become whole: while somebody is appending right now, one force for all is
     * cheaper than one for the first and one for the rest. Bounded by a quarter of the last force.
     */
    private void gather() {
        if (!ring.hasPublished()) {
            return;
        }
        long begin = System.nanoTime();
        long bound = Math.min(LONGEST_GATHERING_NANOS, lastForceNanos / 4);
        long seen = ring.tail();
        long since = begin;
        long now = begin;
        while (now - begin < bound && now - since < STILL_NANOS) {
            Thread.onSpinWait();
            long tail = ring.tail();
            now = System.nanoTime();
            if (tail != seen) {
                seen = tail;
                since = now;
            }
        }
    }

    /** {@return whether something came} */
    private boolean spin() {
        long until = System.nanoTime() + spinNanos;
        while (System.nanoTime() < until) {
            if (hasWork()) {
                return true;
            }
            Thread.onSpinWait();
        }
        return false;
    }

    private boolean hasWork() {
        return ring.hasPublished() || stopping || change.get() != null;
    }

    private void sleep() {
        sleeping = true;
        if (!hasWork()) {
            LockSupport.parkNanos(this, onDisk < written ? QUIET_NANOS : LONGEST_WAIT_NANOS);
        }
        sleeping = false;
        if (onDisk < written && !hasWork() && isAlive()) {
            forceMarker();
        }
    }

    private void forceMarker() {
        try {
            force();
            marked = onDisk; // It needs no note of its own.
        } catch (IOException e) {
            fail(e);
        }
    }

    // Files: their own thread.

    private void prepareUntilStopped() {
        while (!stopping) {
            prepare();
            boolean again = files.isUntidy(snapshot) && noRoom.isEmpty();
            if (!again && !stopping) {
                LockSupport.parkNanos(this, noRoom.isEmpty() ? LONGEST_WAIT_NANOS : RETRY_NANOS);
            }
        }
    }

    private void prepareInTime() {
        if (files.isUntidy(snapshot) && (noRoom.isEmpty() || nanoTime.getAsLong() - nextTry >= 0)) {
            prepare();
        }
    }

    private void prepare() {
        if (!isAlive()) {
            return;
        }
        preparing = true;
        String problem = "";
        try {
            files.tidy(snapshot);
        } catch (IOException e) {
            problem = reason(e);
        }
        if (!problem.isEmpty() && noRoom.isEmpty()) {
            log.warn("journal {}: no file could be prepared: {}", name, problem);
        }
        nextTry = nanoTime.getAsLong() + RETRY_NANOS;
        noRoom = problem;
        limit();
        preparing = false;
    }

    private void wakePreparer() {
        LockSupport.unpark(preparer);
    }

    private void limit() {
        reservedEnd = files.preparedEnd();
        if (state() == JournalState.FULL && noRoom.isEmpty()) {
            if (state.compareAndSet(JournalState.FULL, JournalState.OPEN)) {
                change.set(
                        new Change(
                                JournalState.OPEN,
                                "The log " + name + " has room again and takes records."));
                log.info("journal {}: room again", name);
            }
        }
        ordinaryEnd =
                state() == JournalState.OPEN ? files.preparedEnd() - options.reserveBytes() : 0;
        wakeWriter();
    }

    private void becomeFull() {
        if (state.compareAndSet(JournalState.OPEN, JournalState.FULL)) {
            ordinaryEnd = 0;
            String sentence =
                    "The log "
                            + name
                            + " has no room ("
                            + noRoom
                            + "): it takes nothing but what ends accepted work; free some space, and"
                            + " it goes on by itself.";
            change.set(new Change(JournalState.FULL, sentence));
            log.warn("journal: {}", sentence);
            wakeWriter();
        }
    }

    // Snapshots: the owner's thread.

    @Override
    public Snapshot beginSnapshot() throws IOException {
        if (!isAlive()) {
            throw gone();
        }
        if (!snapshotting.compareAndSet(false, true)) {
            throw new IllegalStateException("the log " + name + " is in a snapshot already");
        }
        boolean begun = false;
        try {
            long position = ring.tail();
            Snapshot result =
                    new OpenSnapshot(
                            position,
                            new SnapshotFile(folder.create(Segment.NEW_SNAPSHOT), position));
            begun = true;
            return result;
        } finally {
            if (!begun) {
                snapshotting.set(false);
            }
        }
    }

    private final class OpenSnapshot implements Snapshot {

        private final long position;
        private final SnapshotFile file;
        private boolean over;

        private OpenSnapshot(long position, SnapshotFile file) {
            this.position = position;
            this.file = file;
        }

        @Override
        public void add(byte[] record, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, record.length);
            if (length < 1 || length > Frames.LONGEST) {
                throw new IllegalArgumentException(
                        "a record of a snapshot has 1 to "
                                + Frames.LONGEST
                                + " bytes, not "
                                + length);
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
                awaitAll();
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
            snapshot = position;
            over = true;
            snapshotting.set(false);
            if (preparer == null) {
                prepare();
            } else {
                wakePreparer();
            }
        }

        /**
         * What the snapshot tells may come from any record so far. If it were in place and they
         * were lost, new records would get their positions.
         */
        private void awaitAll() throws IOException {
            long end = ring.tail();
            boolean interrupted = false;
            long deadline = System.nanoTime() + LONGEST_WAIT_NANOS;
            try {
                while (forced.get() < end) {
                    try {
                        if (!awaitForced(end, Duration.ofSeconds(1))
                                && System.nanoTime() > deadline) {
                            throw new IOException("the disk has not answered for ten seconds");
                        }
                    } catch (InterruptedException e) {
                        interrupted = true;
                    }
                }
            } finally {
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
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
                log.warn("journal {}: a snapshot was not removed: {}", name, reason(e));
            }
            snapshotting.set(false);
        }
    }

    // Closing.

    @Override
    public void close() {
        if (!closing.compareAndSet(false, true)) {
            return;
        }
        ring.seal();
        Thread thread = writer;
        if (thread == null) {
            finish();
            release();
            return;
        }
        stopping = true;
        LockSupport.unpark(thread);
        LockSupport.unpark(preparer);
        if (thread == Thread.currentThread()) {
            return; // The listener closes it: the thread finishes after this turn.
        }
        if (!join(thread) || !join(preparer)) {
            log.error(
                    "journal {}: it did not close in ten seconds; its disk does not answer", name);
        }
    }

    private static boolean join(@Nullable Thread thread) {
        if (thread == null) {
            return true;
        }
        boolean interrupted = false;
        long deadline = System.nanoTime() + LONGEST_WAIT_NANOS;
        try {
            while (thread.isAlive() && System.nanoTime() < deadline) {
                try {
                    thread.join(100);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        return !thread.isAlive();
    }

    /** Writes and forces the rest, and notes that it is on the disk. */
    private void finish() {
        long deadline = System.nanoTime() + LONGEST_WAIT_NANOS;
        while (isAlive() && ring.head() < ring.tail() && System.nanoTime() < deadline) {
            if (!work()) {
                Thread.onSpinWait();
            }
        }
        if (isAlive() && ring.head() == ring.tail()) {
            try {
                if (ring.mark(Marks.write(onDisk, note), reservedEnd)) {
                    writeOut();
                    force();
                    forced.set(onDisk);
                }
            } catch (IOException e) {
                fail(e);
            }
        }
        if (isAlive()) {
            state.set(JournalState.CLOSED);
            tellChanged(JournalState.CLOSED, "The log " + name + " is closed.");
        }
        waiters.wake(Long.MAX_VALUE);
        if (writer != null) {
            join(preparer);
            release();
        }
    }

    private void release() {
        try {
            files.close();
            lock.close();
        } catch (IOException e) {
            log.warn("journal {}: {} did not close: {}", name, folder.path(), reason(e));
        }
    }
}
