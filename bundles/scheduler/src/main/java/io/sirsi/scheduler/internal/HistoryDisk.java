package io.sirsi.scheduler.internal;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * The folder in which a history is kept, file by file, by name. Thread-safe; an interrupt of the
 * calling thread neither ends nor disturbs anything. A file that is not there is a {@link
 * java.nio.file.NoSuchFileException}.
 */
interface HistoryDisk extends Closeable {

    /** {@return the names of all files, in no order} */
    List<String> list() throws IOException;

    /** Makes an empty file. */
    void create(String name) throws IOException;

    /** {@return how many bytes a file has} */
    long size(String name) throws IOException;

    /**
     * Reads.
     *
     * @return how many bytes, perhaps fewer than there is room for; -1 at the end of the file
     */
    int read(String name, ByteBuffer to, long at) throws IOException;

    /**
     * Writes.
     *
     * @return how many bytes, perhaps fewer than there are
     */
    int write(String name, ByteBuffer from, long at) throws IOException;

    /** Cuts off what is beyond a length. */
    void truncate(String name, long size) throws IOException;

    /** Returns when the content is on disk. */
    void force(String name) throws IOException;

    /** Returns when names that were made, changed or deleted are on disk. */
    void forceNames() throws IOException;

    /** Changes a name, in one step; replaces what has the new one. */
    void rename(String from, String to) throws IOException;

    /** Deletes a file, if it is there. */
    void delete(String name) throws IOException;

    /** Reads until the buffer is full or the file ends. */
    default void readFully(String name, ByteBuffer to, long at) throws IOException {
        long position = at;
        while (to.hasRemaining()) {
            int read = read(name, to, position);
            if (read < 0) {
                return;
            }
            position += read;
        }
    }

    /** Writes all of a buffer. */
    default void writeFully(String name, ByteBuffer from, long at) throws IOException {
        long position = at;
        while (from.hasRemaining()) {
            position += write(name, from, position);
        }
    }

    @Override
    void close() throws IOException;
}
