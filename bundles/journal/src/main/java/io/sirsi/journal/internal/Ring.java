package io.sirsi.journal.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The buffer between those who append and the one who writes: many producers, one consumer, no
 * lock. It holds frames as they will be on the disk; the byte of the log at position p is at p
 * modulo the size. A producer claims its place by compare-and-set on the tail, copies, and
 * publishes by writing the first word last. What was consumed is zeroed before its room is given
 * back, so that the first word of the next frame there is 0 until it is published: which place that
 * will be nobody knows beforehand, and a payload can look like anything.
 */
final class Ring {

    /** Claims: the ring is full at the moment. */
    static final long CROWDED = -1;

    /** Claims: the end of the prepared files is reached. */
    static final long NO_ROOM = -2;

    /** Claims: nothing is taken any more. */
    static final long SEALED = -3;

    /** The room that only the consumer may claim, so that its marker always fits. */
    private static final int OWN_ROOM = 4 * Frames.MARK_FRAME;

    private static final VarHandle WORD =
            MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private static final byte[] ZEROS = new byte[64 << 10];

    private final int size;
    private final int mask;
    private final ByteBuffer bytes;
    private final ByteBuffer view;
    private final PaddedLong tail;
    private final PaddedLong head;

    private long records;
    private boolean sawRecord;

    Ring(int size, long position) {
        this.size = size;
        this.mask = size - 1;
        this.bytes =
                ByteBuffer.allocateDirect(size + 64)
                        .alignedSlice(64)
                        .slice(0, size)
                        .order(ByteOrder.LITTLE_ENDIAN);
        this.view = bytes.duplicate();
        this.tail = new PaddedLong(position);
        this.head = new PaddedLong(position);
    }

    /** {@return the longest payload} */
    int longest() {
        return size / 4 - Frames.HEADER;
    }

    long tail() {
        return tail.get() & Long.MAX_VALUE;
    }

    long head() {
        return head.get();
    }

    /** Takes nothing any more; what was claimed before may still be published. */
    void seal() {
        tail.getAndUpdate(value -> value | Long.MIN_VALUE);
    }

    /**
     * Claims the place of a frame.
     *
     * @param frame its size
     * @param limit the position beyond which it must not reach
     * @return where it begins, or one of {@link #CROWDED}, {@link #NO_ROOM}, {@link #SEALED}
     */
    long claim(int frame, long limit) {
        return claim(frame, limit, size - OWN_ROOM, 0);
    }

    /**
     * As above.
     *
     * @param room how much of the ring may be used
     * @param seal the sign bit to claim in a sealed ring, else 0
     */
    private long claim(int frame, long limit, int room, long seal) {
        while (true) {
            long seen = tail.get();
            if ((seen ^ seal) < 0) {
                return SEALED;
            }
            long from = seen & Long.MAX_VALUE;
            int rest = size - ((int) from & mask);
            int padding = rest < frame ? rest : 0;
            long to = from + padding + frame;
            if (to > limit) {
                return NO_ROOM;
            }
            if (to > head.get() + room) {
                return CROWDED;
            }
            if (tail.compareAndSet(seen, to | seal)) {
                if (padding > 0) {
                    publish(from, Frames.word(Frames.PADDING, padding - Frames.HEADER), 0);
                }
                return from + padding;
            }
        }
    }

    void put(long position, byte[] record, int offset, int length) {
        bytes.put(((int) position & mask) + Frames.HEADER, record, offset, length);
    }

    /** Gives a frame to the consumer; its payload has been put. */
    void publish(long position, int word, int payloadCrc) {
        int at = (int) position & mask;
        bytes.putLong(at + Frames.SEQUENCE_AT, position);
        bytes.putInt(at + Frames.CRC_AT, Frames.crc(payloadCrc, word, position));
        // Volatile: the producer looks next whether the consumer sleeps.
        WORD.setVolatile(bytes, at, word);
    }

    /**
     * Claims and publishes a marker. For the consumer, also after sealing.
     *
     * @return whether there was room
     */
    boolean mark(byte[] payload, long limit) {
        long at = claim(Frames.MARK_FRAME, limit, size, tail.get() & Long.MIN_VALUE);
        if (at < 0) {
            return false;
        }
        put(at, payload, 0, payload.length);
        publish(
                at,
                Frames.word(Frames.MARKER, payload.length),
                Frames.crc(payload, 0, payload.length));
        return true;
    }

    /** {@return whether something is there for the consumer} */
    boolean hasPublished() {
        return (int) WORD.getVolatile(bytes, (int) head.get() & mask) != 0;
    }

    /**
     * Looks how far frames are published without a gap, up to the end of the ring.
     *
     * @param limit the position at which to stop
     * @return up to where; {@link #sawRecord} says whether a record is among them
     */
    long published(long limit) {
        long from = head.get();
        long end = Math.min(limit, from - ((int) from & mask) + size);
        long at = from;
        int found = 0; // A field would be in the way of producers, who read others beside it.
        while (at < end) {
            int word = (int) WORD.getAcquire(bytes, (int) at & mask);
            if (word == 0) {
                break;
            }
            if (Frames.kind(word) == Frames.RECORD) {
                found++;
            }
            at += Frames.size(Frames.length(word));
        }
        records += found;
        sawRecord = found > 0;
        return at;
    }

    boolean sawRecord() {
        return sawRecord;
    }

    /** {@return how many records have been seen by {@link #published}} */
    long records() {
        return records;
    }

    /** {@return the bytes from the head to a position, valid until {@link #consume}} */
    ByteBuffer bytes(long to) {
        int from = (int) head.get() & mask;
        return view.limit(from + (int) (to - head.get())).position(from);
    }

    /** Zeroes what has been written and gives its room back. */
    void consume(long to) {
        int at = (int) head.get() & mask;
        int left = (int) (to - head.get());
        while (left > 0) {
            int some = Math.min(left, ZEROS.length);
            bytes.put(at, ZEROS, 0, some);
            at += some;
            left -= some;
        }
        head.set(to);
    }
}
