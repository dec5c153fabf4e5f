package io.sirsi.journal.internal;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Writes the frames of a snapshot to its file. For one thread at a time. */
final class SnapshotFile implements Closeable {

    private static final int BUFFER = 256 << 10;
    private static final byte[] ZEROS = new byte[Frames.HEADER];

    private final Disk.File file;
    private final ByteBuffer buffer =
            ByteBuffer.wrap(new byte[BUFFER]).order(ByteOrder.LITTLE_ENDIAN);
    private long written;
    private long count;

    SnapshotFile(Disk.File file, long position) throws IOException {
        this.file = file;
        mark(Frames.SNAPSHOT, position);
    }

    void add(byte[] record, int offset, int length) throws IOException {
        frame(Frames.ENTRY, record, offset, length);
        count++;
    }

    void end() throws IOException {
        mark(Frames.END, count);
        flush();
    }

    void sync() throws IOException {
        file.sync();
    }

    /** {@return its size so far, in bytes} */
    long size() {
        return written + buffer.position();
    }

    private void mark(int kind, long value) throws IOException {
        byte[] payload = Marks.write(value, new byte[Frames.MARK_LENGTH]);
        frame(kind, payload, 0, payload.length);
    }

    private void frame(int kind, byte[] payload, int offset, int length) throws IOException {
        if (buffer.remaining() < Frames.HEADER) {
            flush();
        }
        int word = Frames.word(kind, length);
        long at = size();
        buffer.putInt(word)
                .putInt(Frames.crc(Frames.crc(payload, offset, length), word, at))
                .putLong(at);
        put(payload, offset, length);
        put(ZEROS, 0, Frames.size(length) - Frames.HEADER - length);
    }

    private void put(byte[] bytes, int offset, int length) throws IOException {
        if (buffer.remaining() < length) {
            flush();
        }
        if (buffer.remaining() < length) {
            file.write(bytes, offset, length, written);
            written += length;
        } else {
            buffer.put(bytes, offset, length);
        }
    }

    private void flush() throws IOException {
        file.write(buffer.array(), 0, buffer.position(), written);
        written += buffer.position();
        buffer.clear();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
