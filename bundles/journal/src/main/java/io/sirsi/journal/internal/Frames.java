package io.sirsi.journal.internal;

import java.util.zip.CRC32C;

/**
 * The format of a frame, in the ring and on the disk alike, little endian:
 *
 * <pre>
 *  0  int   kind (4 bits) and length of the payload in bytes (28 bits); 0: nothing here
 *  4  int   CRC32C of the payload, xor the int before, xor both halves of the sequence
 *  8  long  sequence: where the frame begins, in bytes since the log was made
 * 16        payload, then zeros up to the next multiple of 16
 * </pre>
 */
final class Frames {

    static final int HEADER = 16;
    static final int CRC_AT = 4;
    static final int SEQUENCE_AT = 8;

    /** What was appended. */
    static final int RECORD = 1;

    /** Nothing, up to the end of the ring. */
    static final int PADDING = 2;

    /** Up to where everything was on the disk when this was written, and the format's number. */
    static final int MARKER = 3;

    /** Begins a snapshot: where the log is read on after it, and the format's number. */
    static final int SNAPSHOT = 4;

    /** A record of a snapshot. */
    static final int ENTRY = 5;

    /** Ends a snapshot: how many records it has. */
    static final int END = 6;

    /** The number of this format. */
    static final int FORMAT = 1;

    /** The payload of MARKER, SNAPSHOT and END: a position or a count, and the format's number. */
    static final int MARK_LENGTH = 16;

    static final int MARK_FRAME = HEADER + MARK_LENGTH;

    private static final int LENGTH_BITS = 28;
    private static final int LENGTH_MASK = (1 << LENGTH_BITS) - 1;

    private Frames() {}

    /** The most that the length of a frame can say. */
    static final int LONGEST = LENGTH_MASK;

    static int word(int kind, int length) {
        return kind << LENGTH_BITS | length;
    }

    static int kind(int word) {
        return word >>> LENGTH_BITS;
    }

    static int length(int word) {
        return word & LENGTH_MASK;
    }

    /** {@return what a frame takes, for the length of its payload} */
    static int size(int length) {
        return HEADER + length + 15 & ~15;
    }

    /** {@return the checksum of a payload alone} */
    static int crc(byte[] bytes, int offset, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, offset, length);
        return (int) crc.getValue();
    }

    /** {@return the checksum of a frame, from that of its payload} */
    static int crc(int payload, int word, long sequence) {
        return payload ^ word ^ (int) sequence ^ (int) (sequence >>> 32);
    }
}
