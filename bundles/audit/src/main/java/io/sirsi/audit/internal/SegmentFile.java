package io.sirsi.audit.internal;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;

/** The file to which records are appended. Used by one thread at a time. */
interface SegmentFile extends Closeable {

    /** Opens files. */
    @FunctionalInterface
    interface Opener {

        /**
         * Opens a file that exists.
         *
         * @param path which
         * @return the file, open for appending
         * @throws IOException if it cannot be opened
         */
        SegmentFile open(Path path) throws IOException;
    }

    /** {@return its length in bytes} */
    long length() throws IOException;

    /** Writes at its end; after a failure part of the bytes may be there. */
    void append(byte[] bytes) throws IOException;

    /** Returns when everything that was written is on the disk. */
    void force() throws IOException;

    /** Cuts off everything beyond a length. */
    void truncate(long length) throws IOException;
}
