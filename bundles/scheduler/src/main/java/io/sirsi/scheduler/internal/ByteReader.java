package io.sirsi.scheduler.internal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Reads what {@link ByteWriter} wrote, from a buffer's position on. Nothing is read beyond the
 * buffer's limit, and nothing is allocated for more than is left; what could not have been written
 * is a {@link CorruptRecordException}, also a number in more bytes than it needs. For one thread at
 * a time.
 */
final class ByteReader {

    private static final int NANOS_PER_SECOND = 1_000_000_000;

    private final ByteBuffer buffer;

    /**
     * Reads from a buffer, whose position moves.
     *
     * @param buffer the bytes, of any byte order
     */
    ByteReader(ByteBuffer buffer) {
        this.buffer = buffer;
    }

    /** Reads from an array. */
    ByteReader(byte[] bytes) {
        this(ByteBuffer.wrap(bytes));
    }

    /** {@return how many bytes are left} */
    int remaining() {
        return buffer.remaining();
    }

    /** {@return the next byte, 0 to 255} */
    int readByte() {
        need(1);
        return buffer.get() & 0xff;
    }

    /** {@return whether the next byte is 1; otherwise it is 0} */
    boolean readBoolean() {
        int value = readByte();
        if (value > 1) {
            throw new CorruptRecordException("neither yes nor no: " + value);
        }
        return value == 1;
    }

    /** {@return the number in the next four bytes} */
    int readInt() {
        need(4);
        int value = buffer.getInt();
        return buffer.order() == ByteOrder.BIG_ENDIAN ? value : Integer.reverseBytes(value);
    }

    /** {@return the number in the next eight bytes} */
    long readLong() {
        need(8);
        long value = buffer.getLong();
        return buffer.order() == ByteOrder.BIG_ENDIAN ? value : Long.reverseBytes(value);
    }

    /** {@return the number in the next 1 to 5 bytes} */
    int readVarInt() {
        long value = varying(5);
        if (value >>> 32 != 0) {
            throw new CorruptRecordException("a number of more than 32 bits");
        }
        return (int) value;
    }

    /** {@return the number in the next 1 to 10 bytes} */
    long readVarLong() {
        return varying(10);
    }

    /** {@return the number of either sign in the next 1 to 10 bytes} */
    long readZigZag() {
        long value = varying(10);
        return (value >>> 1) ^ -(value & 1);
    }

    /**
     * Reads how many elements follow.
     *
     * @param smallest the fewest bytes that one element takes, at least 1
     * @return the number, for which enough is left
     */
    int readCount(int smallest) {
        int count = readVarInt();
        if (count < 0 || count > buffer.remaining() / smallest) {
            throw new CorruptRecordException(
                    Integer.toUnsignedString(count)
                            + " elements cannot be in "
                            + buffer.remaining()
                            + " bytes");
        }
        return count;
    }

    /** {@return the text that follows} */
    String readString() {
        int length = readCount(1);
        byte[] bytes;
        int from;
        if (buffer.hasArray()) {
            bytes = buffer.array();
            from = buffer.arrayOffset() + buffer.position();
            buffer.position(buffer.position() + length);
        } else {
            bytes = new byte[length];
            from = 0;
            buffer.get(bytes);
        }
        int seen = 0;
        for (int i = from; i < from + length; i++) {
            seen |= bytes[i];
        }
        return seen >= 0
                ? new String(bytes, from, length, StandardCharsets.ISO_8859_1)
                : mixed(bytes, from, length);
    }

    /** {@return the moment that follows} */
    Instant readInstant() {
        long seconds = readZigZag();
        int nanos = nanos(readInt());
        try {
            return Instant.ofEpochSecond(seconds, nanos);
        } catch (DateTimeException e) {
            throw new CorruptRecordException("no moment has the second " + seconds, e);
        }
    }

    /** {@return the length of time that follows} */
    Duration readDuration() {
        return Duration.ofSeconds(readZigZag(), nanos(readVarInt()));
    }

    /** {@return the moment that follows, if there is one} */
    Optional<Instant> readOptionalInstant() {
        return readBoolean() ? Optional.of(readInstant()) : Optional.empty();
    }

    /** {@return the length of time that follows, if there is one} */
    Optional<Duration> readOptionalDuration() {
        return readBoolean() ? Optional.of(readDuration()) : Optional.empty();
    }

    private long varying(int most) {
        long value = 0;
        for (int i = 0; i < most; i++) {
            long next = readByte();
            value |= (next & 0x7f) << (7 * i);
            if (next < 0x80) {
                if ((next == 0 && i > 0) || (i == 9 && next > 1)) {
                    throw new CorruptRecordException("a number that is not in its shortest form");
                }
                return value;
            }
        }
        throw new CorruptRecordException("a number of more than " + most + " bytes");
    }

    private static int nanos(int nanos) {
        if (nanos < 0 || nanos >= NANOS_PER_SECOND) {
            throw new CorruptRecordException("a second does not have the nanosecond " + nanos);
        }
        return nanos;
    }

    private void need(int bytes) {
        if (buffer.remaining() < bytes) {
            throw new CorruptRecordException(
                    "the record ends " + (bytes - buffer.remaining()) + " bytes too early");
        }
    }

    /** Reads the form that {@link ByteWriter#writeString} gives text beyond ASCII, and no other. */
    private static String mixed(byte[] bytes, int from, int length) {
        StringBuilder text = new StringBuilder(length);
        int end = from + length;
        int at = from;
        while (at < end) {
            int first = bytes[at++];
            if (first >= 0) {
                text.append((char) first);
                continue;
            }
            int more = first < -32 ? 1 : first < -16 ? 2 : 3;
            if (first < -62 || first > -12 || end - at < more) {
                throw notUtf8();
            }
            int point = first & (0x3f >> more);
            for (int i = 0; i < more; i++) {
                int next = bytes[at++];
                if (next >= -64) {
                    throw notUtf8();
                }
                point = point << 6 | (next & 0x3f);
            }
            if (more == 3) {
                if (point < 0x10000 || point > Character.MAX_CODE_POINT) {
                    throw notUtf8();
                }
                text.appendCodePoint(point);
                continue;
            }
            char c = (char) point;
            boolean wouldBePair =
                    Character.isLowSurrogate(c)
                            && text.length() > 0
                            && Character.isHighSurrogate(text.charAt(text.length() - 1));
            if ((more == 2 && point < 0x800) || wouldBePair) {
                throw notUtf8();
            }
            text.append(c);
        }
        return text.toString();
    }

    private static CorruptRecordException notUtf8() {
        return new CorruptRecordException("a text is not UTF-8");
    }
}
