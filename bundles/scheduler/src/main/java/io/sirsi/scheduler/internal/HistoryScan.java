package io.sirsi.scheduler.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Reads a data file of the history from its beginning. Where a frame is damaged, it goes on with
 * the next one that is whole. Needs as much memory as the longest frame. For one thread, once.
 */
final class HistoryScan {

    private static final int WINDOW_LENGTH = 256 << 10;

    /** To whom whole frames are handed. */
    interface Visitor {

        /**
         * One frame.
         *
         * @param offset where it begins
         * @param record what is in it, only valid during the call
         */
        void record(int offset, ByteBuffer record);

        /**
         * A damaged place with something whole behind it.
         *
         * @param offset where it begins
         */
        void damaged(int offset);
    }

    private final HistoryDisk disk;
    private final String name;
    private final long size;
    private ByteBuffer window = ByteBuffer.allocate(WINDOW_LENGTH).limit(0);
    private long windowAt;
    private long at = HistoryFrames.HEADER_LENGTH;
    private long end = HistoryFrames.HEADER_LENGTH;

    /**
     * Prepares.
     *
     * @param disk where the file is
     * @param name its name
     * @param size how many bytes of it are read
     */
    HistoryScan(HistoryDisk disk, String name, long size) {
        this.disk = disk;
        this.name = name;
        this.size = size;
    }

    /** {@return how the file is framed; null if the header is damaged} */
    @Nullable HistoryFrames readHeader() throws IOException {
        ByteBuffer header = ByteBuffer.allocate(HistoryFrames.HEADER_LENGTH);
        disk.readFully(name, header, 0);
        return HistoryFrames.readHeader(header.flip());
    }

    /** Begins later than behind the header: at a place where a frame begins. */
    void from(long offset) {
        at = offset;
        end = offset;
    }

    /** {@return where the last whole frame ends} */
    long end() {
        return end;
    }

    /** Reads all. */
    void run(HistoryFrames frames, Visitor visitor) throws IOException {
        long lost = -1;
        while (load(at, HistoryFrames.FRAME_LENGTH)) {
            int length = frames.recordLength(frame(), size - at);
            ByteBuffer record = null;
            if (length >= 0 && load(at, HistoryFrames.FRAME_LENGTH + length)) {
                record = frames.record(frame(), length, (int) at);
            }
            if (record == null) {
                lost = lost < 0 ? at : lost;
                at = next(frames.mark(), at + 1);
                continue;
            }
            if (lost >= 0) {
                visitor.damaged((int) lost);
                lost = -1;
            }
            visitor.record((int) at, record);
            at += HistoryFrames.FRAME_LENGTH + length;
            end = at;
        }
    }

    /** Looks for the next place where a frame could begin. */
    private long next(int mark, long from) throws IOException {
        for (long place = from; load(place, Integer.BYTES); place++) {
            if (window.getInt((int) (place - windowAt)) == mark) {
                return place;
            }
        }
        return size;
    }

    private ByteBuffer frame() {
        return window.duplicate().position((int) (at - windowAt));
    }

    /** Has some bytes in the window. Returns false if the file ends before. */
    private boolean load(long from, int length) throws IOException {
        if (from + length > size) {
            return false;
        }
        if (from < windowAt || from + length > windowAt + window.limit()) {
            if (length > window.capacity()) {
                window = ByteBuffer.allocate(length);
            }
            window.clear().limit((int) Math.min(window.capacity(), size - from));
            windowAt = from;
            disk.readFully(name, window, from);
            window.flip();
        }
        return window.limit() >= length;
    }
}
