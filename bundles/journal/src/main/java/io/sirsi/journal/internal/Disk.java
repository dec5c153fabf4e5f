package io.sirsi.journal.internal;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/** What a log asks of a disk, so that a test can be one. Thread-safe, but for single files. */
public interface Disk {

    /**
     * {@return a folder, made for its owner alone unless it is there}
     *
     * @param name its name
     * @throws IOException where it cannot be made
     */
    Folder folder(String name) throws IOException;

    /** A folder of files. Names without a path. */
    interface Folder {

        /** {@return where it is, for messages} */
        Path path();

        /**
         * Keeps the folder for one log.
         *
         * @return gives it back when closed
         * @throws IOException where someone else has it, in this process or another
         */
        Closeable lock() throws IOException;

        /** {@return the names of its files, in no order} */
        List<String> list() throws IOException;

        /** {@return a file that is there, for reading and writing} */
        File open(String name) throws IOException;

        /** {@return a new, empty file; one of that name is emptied} */
        File create(String name) throws IOException;

        /** Gives a file another name, in place of the file that has it. */
        void rename(String from, String to) throws IOException;

        /** Removes a file, if it is there. */
        void delete(String name) throws IOException;

        /** Forces its list of names to the disk. */
        void force() throws IOException;

        /** {@return how many bytes more it can take} */
        long freeBytes() throws IOException;
    }

    /** An open file. For one thread at a time. */
    interface File extends Closeable {

        /** {@return its length in bytes} */
        long size() throws IOException;

        /** Makes it shorter, or longer by bytes that may take no room yet. */
        void resize(long size) throws IOException;

        /**
         * Reads until the array is as full as asked, or the file ends.
         *
         * @return how many bytes were read, 0 at the end
         */
        int read(byte[] into, int offset, int length, long at) throws IOException;

        /** Writes an array; an interrupt of the thread changes nothing. */
        void write(byte[] from, int offset, int length, long at) throws IOException;

        /** Writes all that remains in a buffer. For threads that nobody interrupts. */
        void write(ByteBuffer from, long at) throws IOException;

        /** Forces its content to the disk. For threads that nobody interrupts. */
        void force() throws IOException;

        /** Forces content and length to the disk; an interrupt of the thread changes nothing. */
        void sync() throws IOException;
    }
}
