package io.sirsi.scheduler.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A file of the history without an index on disk: the one that is appended to, or a full one that
 * waits for its index. The index is in memory, as is what is not written yet. Guarded by the lock
 * of its {@link HistoryStore}, but for what is final and what says otherwise.
 */
final class LiveFile implements HistoryFile {

    /** So many bytes are written at a time. */
    static final int BUFFER_LENGTH = 64 << 10;

    /** Offset, session and bits of each task, in the order in which they were added. */
    private int[] order = new int[48];

    private int count;
    private long firstEnd = Long.MAX_VALUE;
    private long lastEnd = Long.MIN_VALUE;
    private final OffsetTable ids = new OffsetTable();
    private final OffsetTable keys = new OffsetTable();

    private final long number;
    private final String dataName;
    private final String indexName;
    private final HistoryFrames frames;
    private final ByteWriter pending = new ByteWriter(BUFFER_LENGTH + 1024);
    private int pendingWritten;
    private long flushed;

    /** Up to where everything is on disk for certain. Guarded by the lock for maintenance. */
    private long forced;

    /** Whether a force failed, after which nobody knows what is on disk. Guarded likewise. */
    private boolean doubtful;

    /** Begins a new file, of which nothing is written yet. */
    LiveFile(long number, HistoryFrames frames) {
        this(number, frames, 0);
        frames.writeHeader(pending);
    }

    /** Goes on with a file; what is in it is added next. */
    LiveFile(long number, HistoryFrames frames, long length) {
        this.number = number;
        this.dataName = HistoryFile.dataName(number);
        this.indexName = HistoryFile.indexName(number);
        this.frames = frames;
        this.flushed = length;
    }

    /** Lets the file end earlier: at a place where a frame begins. */
    void cut(long length) {
        flushed = length;
    }

    @Override
    public long number() {
        return number;
    }

    @Override
    public String dataName() {
        return dataName;
    }

    @Override
    public String indexName() {
        return indexName;
    }

    @Override
    public HistoryFrames frames() {
        return frames;
    }

    @Override
    public int count() {
        return count;
    }

    @Override
    public long bytes() {
        return end();
    }

    @Override
    public long lastEnd() {
        return lastEnd;
    }

    /** {@return when the first of its tasks ended, in seconds since 1970} */
    long firstEnd() {
        return firstEnd;
    }

    /** {@return where the next frame will begin} */
    long end() {
        return flushed + pending.size();
    }

    /** {@return up to where everything has been written} */
    long flushed() {
        return flushed;
    }

    /** {@return the index by task} */
    OffsetTable ids() {
        return ids;
    }

    /** {@return the index by idempotency key} */
    OffsetTable keys() {
        return keys;
    }

    /** {@return the offset of the task that was added as number i} */
    int offset(int i) {
        return order[3 * i];
    }

    /** {@return the session's bits of the task that was added as number i} */
    int session(int i) {
        return order[3 * i + 1];
    }

    /** {@return the other bits of the task that was added as number i} */
    int bits(int i) {
        return order[3 * i + 2];
    }

    /** Adds a task to the index. */
    void add(HistoryFacts facts, int offset) {
        if (3 * count == order.length) {
            order = Arrays.copyOf(order, 2 * order.length);
        }
        order[3 * count] = offset;
        order[3 * count + 1] = facts.session();
        order[3 * count + 2] = facts.bits();
        count++;
        firstEnd = Math.min(firstEnd, facts.endSecond());
        lastEnd = Math.max(lastEnd, facts.endSecond());
        ids.put(facts.id().high(), facts.id().low(), offset);
        HistoryFacts.Key key = facts.key();
        if (key != null) {
            keys.put(key.high(), key.low(), offset);
        }
    }

    /** Adds a frame to what is to be written, and its task to the index. */
    void append(ByteWriter frame, HistoryFacts facts) {
        int offset = Math.toIntExact(end());
        frames.seal(frame, offset);
        pending.writeBytes(frame.array(), 0, frame.size());
        add(facts, offset);
    }

    /** {@return how many bytes wait to be written} */
    int pending() {
        return pending.size();
    }

    /** Writes what waits. If that fails, what has been written is not written again. */
    void flush(HistoryDisk disk) throws IOException {
        while (pendingWritten < pending.size()) {
            ByteBuffer rest =
                    ByteBuffer.wrap(
                            pending.array(), pendingWritten, pending.size() - pendingWritten);
            pendingWritten += disk.write(dataName, rest, flushed + pendingWritten);
        }
        flushed += pending.size();
        pendingWritten = 0;
        pending.clear(4 * BUFFER_LENGTH);
    }

    /** {@return a copy of a frame that is not written yet; null if it is} */
    @Nullable ByteBuffer unwritten(int offset) {
        if (offset < flushed) {
            return null;
        }
        int start = (int) (offset - flushed);
        ByteBuffer frame = ByteBuffer.wrap(pending.array(), start, pending.size() - start);
        int length = HistoryFrames.FRAME_LENGTH + frames.recordLength(frame, frame.remaining());
        return ByteBuffer.wrap(Arrays.copyOfRange(pending.array(), start, start + length));
    }

    /**
     * Returns when everything up to a place is on disk. After a force that failed, a later one
     * would succeed although pages are lost; so everything since the last good one is compared and
     * written again first. Not under the lock of the store.
     *
     * @param disk where
     * @param target up to where; written already
     * @throws IOException if it is not; what is lost for good is a {@link LostException}
     */
    void force(HistoryDisk disk, long target) throws IOException {
        if (forced >= target) {
            return;
        }
        if (doubtful) {
            writeAgain(disk, target);
        }
        doubtful = true;
        disk.force(dataName);
        doubtful = false;
        forced = target;
    }

    /**
     * Writes again all that was read when the file was opened, and forces it: it may be in the
     * cache of the operating system alone, and after a force that failed, perhaps in a process
     * before this one, no other force would bring it to the disk.
     */
    void secure(HistoryDisk disk) throws IOException {
        copy(disk, 0, flushed);
        disk.force(dataName);
        forced = flushed;
    }

    /** Something that was appended is gone, and only who appended it can bring it back. */
    static final class LostException extends IOException {

        private static final long serialVersionUID = 1L;

        LostException(String sentence) {
            super(sentence);
        }
    }

    private void writeAgain(HistoryDisk disk, long target) throws IOException {
        HistoryScan scan = new HistoryScan(disk, dataName, target);
        HistoryFrames found = scan.readHeader();
        scan.from(Math.max(forced, HistoryFrames.HEADER_LENGTH));
        if (found == null
                || found.salt() != frames.salt()
                || !isWhole(scan)
                || scan.end() != target) {
            throw new LostException(
                    dataName + " lost finished tasks after the disk failed to force them");
        }
        copy(disk, forced, target);
    }

    private void copy(HistoryDisk disk, long from, long target) throws IOException {
        ByteBuffer some = ByteBuffer.allocate(BUFFER_LENGTH);
        for (long at = from; at < target; at += some.limit()) {
            some.clear().limit((int) Math.min(BUFFER_LENGTH, target - at));
            disk.readFully(dataName, some, at);
            some.flip();
            disk.writeFully(dataName, some.duplicate(), at);
        }
    }

    private boolean isWhole(HistoryScan scan) throws IOException {
        boolean[] isDamaged = {false};
        scan.run(
                frames,
                new HistoryScan.Visitor() {
                    @Override
                    public void record(int offset, ByteBuffer record) {}

                    @Override
                    public void damaged(int offset) {
                        isDamaged[0] = true;
                    }
                });
        return !isDamaged[0];
    }
}
