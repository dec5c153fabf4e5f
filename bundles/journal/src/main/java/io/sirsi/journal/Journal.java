package io.sirsi.journal;

import java.io.IOException;
import java.time.Duration;
import org.osgi.annotation.versioning.ProviderType;

/**
 * One log. Records of any thread are put into a ring without a lock; one thread of the log writes
 * whatever has come since it last looked, and forces it to the disk at once: who comes during a
 * force shares the next. Thread-safe.
 *
 * <p>A record goes through two stages: <em>written</em>, when it is with the operating system and
 * survives the death of this process, and <em>forced</em>, when it survives the loss of power.
 */
@ProviderType
public interface Journal extends AutoCloseable {

    /**
     * Appends a record. Returns as soon as it is in the ring; waits only while the ring is full, at
     * most ten seconds.
     *
     * @param record where its bytes are
     * @param offset its first byte
     * @param length how many bytes, from 1 to {@link #maxRecordBytes}
     * @return where the log will end after it: the record is forced once {@link #forced} is not
     *     smaller
     * @throws JournalException FULL where there is no room on the disk but for the reserve, FAILED
     *     after an error of the disk, CLOSED, or OPEN if nothing was taken for ten seconds; nothing
     *     was appended then
     * @throws IllegalArgumentException if the length is out of range
     */
    long append(byte[] record, int offset, int length);

    /** As {@link #append}, and may use the reserve, too: for what ends work that was accepted. */
    long appendReserved(byte[] record, int offset, int length);

    /** {@return the longest record, in bytes} */
    int maxRecordBytes();

    /**
     * {@return where the log ends, counting what is only in the ring, and its own marks between the
     * records; so it may be greater than the position of the last record}
     */
    long end();

    /** {@return up to where records are with the operating system} */
    long written();

    /** {@return up to where records are on the disk} */
    long forced();

    /**
     * Waits until a position is on the disk. Not for the listener.
     *
     * @param position what {@link #append} returned
     * @param timeout the longest wait
     * @return whether it is; if not, nothing is known of it
     * @throws JournalException FAILED or CLOSED, if it can not come true any more
     * @throws InterruptedException if the thread was interrupted
     */
    boolean awaitForced(long position, Duration timeout) throws InterruptedException;

    /**
     * Listens; there is one listener. Set it before the first append.
     *
     * @param listener called on the log's thread
     */
    void listen(JournalListener listener);

    /**
     * Begins a snapshot: all that was appended before this call will be in it or is not needed any
     * more, and what is appended from now on is read after it. The owner adds records while others
     * go on appending. One at a time.
     *
     * @throws IOException where the file cannot be made; the log goes on as it was
     * @throws JournalException FAILED or CLOSED
     */
    Snapshot beginSnapshot() throws IOException;

    /** {@return the bytes of records since the newest snapshot: when to make the next} */
    long bytesSinceSnapshot();

    /** {@return how it is doing} */
    JournalStatus status();

    /** Forces what was appended, then closes; blocks for at most ten seconds. Idempotent. */
    @Override
    void close();

    /** A snapshot that is being written. For one thread at a time. */
    interface Snapshot {

        /**
         * Adds a record.
         *
         * @throws IOException where it cannot be written; abort then
         */
        void add(byte[] record, int offset, int length) throws IOException;

        /**
         * Puts it in place: forced, renamed, the folder forced; then gives the segments before it
         * back. Blocks for the disk. After a crash at any point either this snapshot counts or the
         * one before with all records since. Waits until all that was appended before this call is
         * on the disk, since its records may tell of that. Not for the listener.
         *
         * @throws IOException where that fails; the log goes on as it was
         */
        void commit() throws IOException;

        /** Throws it away. Idempotent; does nothing after a commit. */
        void abort();
    }
}
