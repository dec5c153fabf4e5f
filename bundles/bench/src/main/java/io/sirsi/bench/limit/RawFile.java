package io.sirsi.bench.limit;

import io.sirsi.bench.harness.AppendContender;
import io.sirsi.bench.harness.WorkFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A file that was written and forced in full before, and is overwritten a batch at a time: no
 * frame, no checksum, and no change of the file's size, so that a commit is data alone.
 */
public final class RawFile implements AppendContender {

    private static final int FILE_BYTES = 64 << 20;

    private final WorkFolder folder;
    private final Way way;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 20);
    private @Nullable FileChannel channel;
    private @Nullable Path made;
    private long position;

    /** How a batch gets to the disk. */
    public enum Way {
        /** A write, then {@code force(false)}. */
        FORCE,
        /** One write to a file opened with DSYNC. */
        DSYNC
    }

    /**
     * Makes one.
     *
     * @param folder where its file will be
     * @param way how a batch gets to the disk
     */
    public RawFile(WorkFolder folder, Way way) {
        this.folder = folder;
        this.way = way;
    }

    @Override
    public String id() {
        return way == Way.FORCE ? "raw-file-force" : "raw-file-dsync";
    }

    @Override
    public String durability() {
        return "every batch on the disk; the physical limit: a prewritten file, "
                + (way == Way.FORCE ? "write and force(false)" : "write with DSYNC");
    }

    @Override
    public void start() throws IOException {
        Path fresh = folder.fresh("raw-file");
        made = fresh;
        Path path = fresh.resolve("file");
        try (FileChannel writer =
                FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            ByteBuffer zeros = ByteBuffer.allocateDirect(1 << 20);
            for (int written = 0; written < FILE_BYTES; written += zeros.capacity()) {
                zeros.clear();
                writeAll(writer, zeros, written);
            }
            writer.force(true);
        }
        channel =
                FileChannel.open(
                        path,
                        way == Way.FORCE
                                ? Set.of(StandardOpenOption.WRITE)
                                : Set.of(StandardOpenOption.WRITE, StandardOpenOption.DSYNC));
        position = 0;
    }

    @Override
    public void commit(byte[] record, int batch) throws IOException {
        buffer.clear();
        for (int i = 0; i < batch; i++) {
            buffer.put(record);
        }
        buffer.flip();
        write();
    }

    /**
     * Writes bytes and returns when they are on the disk.
     *
     * @param bytes how many, at most 1 MiB
     * @throws IOException where that fails
     */
    public void commitBytes(int bytes) throws IOException {
        buffer.clear().limit(bytes);
        write();
    }

    private void write() throws IOException {
        FileChannel open = channel;
        if (open == null) {
            throw new IllegalStateException("not started");
        }
        int length = buffer.remaining();
        if (position + length > FILE_BYTES) {
            position = 0;
        }
        writeAll(open, buffer, position);
        position += length;
        if (way == Way.FORCE) {
            open.force(false);
        }
    }

    private static void writeAll(FileChannel channel, ByteBuffer bytes, long at)
            throws IOException {
        long position = at;
        while (bytes.hasRemaining()) {
            position += channel.write(bytes, position);
        }
    }

    @Override
    public void close() {
        try {
            FileChannel open = channel;
            if (open != null) {
                open.close();
            }
            channel = null;
            Path left = made;
            if (left != null) {
                WorkFolder.remove(left);
            }
            made = null;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove the raw file", e);
        }
    }
}
