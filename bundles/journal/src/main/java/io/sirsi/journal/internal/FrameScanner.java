package io.sirsi.journal.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Reads the frames of one file through a window of memory. For one thread. */
final class FrameScanner {

    private static final int WINDOW = 1 << 20;

    private final Disk.File file;
    private final long base;
    private final long size;

    private byte[] bytes = new byte[WINDOW];
    private ByteBuffer window = view(bytes);
    private long windowAt;
    private int windowSize;

    private int word;
    private int payloadAt;

    /**
     * Makes one.
     *
     * @param file which file
     * @param base the sequence of its first byte
     */
    FrameScanner(Disk.File file, long base) throws IOException {
        this.file = file;
        this.base = base;
        this.size = file.size();
    }

    private static ByteBuffer view(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** {@return the position at which the file ends} */
    long end() {
        return base + size;
    }

    /** {@return whether a header with the right sequence is there, whatever follows it} */
    boolean hasSequence(long position) throws IOException {
        long offset = position - base;
        if (offset + Frames.HEADER > size) {
            return false;
        }
        int at = load(offset, Frames.HEADER);
        // At position 0 an empty header has the right sequence, too.
        return window.getLong(at + Frames.SEQUENCE_AT) == position
                && (position > 0 || window.getInt(at) != 0);
    }

    /** {@return whether a whole frame is there; then the other methods tell of it} */
    boolean isFrame(long position) throws IOException {
        long offset = position - base;
        if (offset + Frames.HEADER > size) {
            return false;
        }
        int at = load(offset, Frames.HEADER);
        if (window.getLong(at + Frames.SEQUENCE_AT) != position) {
            return false;
        }
        int first = window.getInt(at);
        int kind = Frames.kind(first);
        int length = Frames.length(first);
        if (kind < Frames.RECORD || kind > Frames.END || offset + Frames.size(length) > size) {
            return false;
        }
        int checksum = 0;
        if (kind != Frames.PADDING) {
            at = load(offset, Frames.HEADER + length);
            checksum = Frames.crc(bytes, at + Frames.HEADER, length);
        }
        if (window.getInt(at + Frames.CRC_AT) != Frames.crc(checksum, first, position)) {
            return false;
        }
        word = first;
        payloadAt = at + Frames.HEADER;
        return isMark(kind) ? length == Frames.MARK_LENGTH : kind == Frames.PADDING || length > 0;
    }

    private static boolean isMark(int kind) {
        return kind == Frames.MARKER || kind == Frames.SNAPSHOT || kind == Frames.END;
    }

    int kind() {
        return Frames.kind(word);
    }

    int length() {
        return Frames.length(word);
    }

    int frameSize() {
        return Frames.size(length());
    }

    /** {@return the payload, valid until the next call} */
    ByteBuffer payload() {
        return ByteBuffer.wrap(bytes, payloadAt, length()).slice();
    }

    /** {@return the position or count of a MARKER, SNAPSHOT or END} */
    long mark() {
        return window.getLong(payloadAt);
    }

    /** {@return the format's number in a MARKER, SNAPSHOT or END} */
    int format() {
        return window.getInt(payloadAt + Long.BYTES);
    }

    /** {@return where in the window the bytes from an offset of the file are} */
    private int load(long offset, int length) throws IOException {
        long inWindow = offset - windowAt;
        if (inWindow >= 0 && inWindow + length <= windowSize) {
            return (int) inWindow;
        }
        if (length > bytes.length) {
            bytes = new byte[length];
            window = view(bytes);
        }
        windowAt = offset;
        windowSize = file.read(bytes, 0, (int) Math.min(bytes.length, size - offset), offset);
        if (windowSize < length) {
            throw new IOException("the file ended while it was read, at byte " + offset);
        }
        return 0;
    }
}
