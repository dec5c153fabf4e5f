package io.sirsi.journal;

import java.nio.ByteBuffer;

/** To whom a log is read when it is opened. Called on one thread, in order. */
public interface JournalReader {

    /**
     * A record of the newest snapshot.
     *
     * @param record its bytes, only valid during the call
     */
    void snapshot(ByteBuffer record);

    /**
     * A record that was appended.
     *
     * @param position where the log ended after it: what {@link Journal#append} returned for it;
     *     grows
     * @param record its bytes, only valid during the call
     */
    void record(long position, ByteBuffer record);

    /**
     * The log ended in the middle of a record, which was never acknowledged and has been cut off.
     *
     * @param position where the log ends now
     * @param bytes how many bytes were cut off
     */
    default void torn(long position, long bytes) {}
}
