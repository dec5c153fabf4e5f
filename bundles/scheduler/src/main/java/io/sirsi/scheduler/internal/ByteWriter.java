package io.sirsi.scheduler.internal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

/**
 * Bytes that grow as they are written; meant to be cleared and used again, since it allocates only
 * when it grows. Fixed numbers are big-endian, the others have seven bits in a byte, the lowest
 * first. For one thread at a time.
 */
final class ByteWriter {

    private static final int LARGEST = Integer.MAX_VALUE - 8;

    /** From so many characters on, copying them twice is faster than looking at each. */
    private static final int LONG_TEXT = 32;

    private byte[] bytes;
    private int size;

    /**
     * Makes an empty one.
     *
     * @param capacity how many bytes fit before it grows
     */
    ByteWriter(int capacity) {
        bytes = new byte[Math.max(16, capacity)];
    }

    /** Forgets what was written and keeps the room. */
    void clear() {
        size = 0;
    }

    /**
     * Forgets what was written, and the room, too, if one large record made it larger than wanted.
     *
     * @param capacity the most that is kept, in bytes
     */
    void clear(int capacity) {
        size = 0;
        if (bytes.length > capacity) {
            bytes = new byte[Math.max(16, capacity)];
        }
    }

    /** {@return how many bytes were written} */
    int size() {
        return size;
    }

    /** {@return how many bytes fit before it grows} */
    int capacity() {
        return bytes.length;
    }

    /** {@return the bytes themselves, of which the first {@link #size} count; until it grows} */
    byte[] array() {
        return bytes;
    }

    /** {@return a copy of what was written} */
    byte[] toByteArray() {
        return Arrays.copyOf(bytes, size);
    }

    /** {@return a view of what was written, until it grows or is cleared} */
    ByteBuffer toByteBuffer() {
        return ByteBuffer.wrap(bytes, 0, size);
    }

    /** Writes the lowest eight bits. */
    void writeByte(int value) {
        reserve(1);
        bytes[size++] = (byte) value;
    }

    /** Writes 0 or 1. */
    void writeBoolean(boolean value) {
        writeByte(value ? 1 : 0);
    }

    /** Writes four bytes. */
    void writeInt(int value) {
        reserve(4);
        size += 4;
        putInt(size - 4, value);
    }

    /**
     * Writes a byte over an earlier one.
     *
     * @param at where it is
     * @param value the new value, of which the lowest eight bits count
     */
    void putByte(int at, int value) {
        bytes[at] = (byte) value;
    }

    /**
     * Writes four bytes over earlier ones.
     *
     * @param at where they begin
     * @param value the new value
     */
    void putInt(int at, int value) {
        bytes[at] = (byte) (value >>> 24);
        bytes[at + 1] = (byte) (value >>> 16);
        bytes[at + 2] = (byte) (value >>> 8);
        bytes[at + 3] = (byte) value;
    }

    /** Writes eight bytes. */
    void writeLong(long value) {
        reserve(8);
        size += 8;
        putInt(size - 8, (int) (value >>> 32));
        putInt(size - 4, (int) value);
    }

    /** Writes 1 to 5 bytes; a negative number takes 5. */
    void writeVarInt(int value) {
        reserve(5);
        int rest = value;
        while ((rest & ~0x7f) != 0) {
            bytes[size++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[size++] = (byte) rest;
    }

    /** Writes 1 to 10 bytes; a negative number takes 10. */
    void writeVarLong(long value) {
        reserve(10);
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            bytes[size++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[size++] = (byte) rest;
    }

    /** Writes 1 to 10 bytes, few for what is near to zero on either side. */
    void writeZigZag(long value) {
        writeVarLong((value << 1) ^ (value >> 63));
    }

    /** Writes bytes as they are, without their number. */
    void writeBytes(byte[] from, int offset, int length) {
        reserve(length);
        System.arraycopy(from, offset, bytes, size, length);
        size += length;
    }

    /**
     * Writes how many bytes follow, and the text as UTF-8. A surrogate without its other half,
     * which UTF-8 has no place for, takes the three bytes of its own number, so that every text
     * comes back as it was.
     */
    void writeString(String text) {
        int length = text.length();
        if (length >= LONG_TEXT) {
            byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
            // Not so where something was replaced that UTF-8 has no place for.
            if (encoded.length == length
                    && text.equals(new String(encoded, StandardCharsets.ISO_8859_1))) {
                writeVarInt(length);
                writeBytes(encoded, 0, length);
                return;
            }
        }
        reserve(5 + (long) length);
        int start = size;
        writeVarInt(length);
        byte[] to = bytes;
        int at = size;
        int seen = 0;
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            seen |= c;
            to[at + i] = (byte) c;
        }
        if (seen < 0x80) {
            size = at + length;
            return;
        }
        size = start;
        writeMixed(text);
    }

    /** Writes seconds and nanoseconds. */
    void writeInstant(Instant instant) {
        writeZigZag(instant.getEpochSecond());
        writeInt(instant.getNano());
    }

    /** Writes seconds and nanoseconds. */
    void writeDuration(Duration duration) {
        writeZigZag(duration.getSeconds());
        writeVarInt(duration.getNano());
    }

    /** Writes whether it is there, and it. */
    void writeOptionalInstant(Optional<Instant> instant) {
        writeBoolean(instant.isPresent());
        if (instant.isPresent()) {
            writeInstant(instant.get());
        }
    }

    /** Writes whether it is there, and it. */
    void writeOptionalDuration(Optional<Duration> duration) {
        writeBoolean(duration.isPresent());
        if (duration.isPresent()) {
            writeDuration(duration.get());
        }
    }

    private void writeMixed(String text) {
        long length = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 0x80) {
                length++;
            } else if (c < 0x800) {
                length += 2;
            } else if (isPair(text, i)) {
                length += 4;
                i++;
            } else {
                length += 3;
            }
        }
        reserve(5 + length);
        writeVarInt((int) length);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 0x80) {
                bytes[size++] = (byte) c;
            } else if (c < 0x800) {
                bytes[size++] = (byte) (0xc0 | c >>> 6);
                bytes[size++] = (byte) (0x80 | (c & 0x3f));
            } else if (isPair(text, i)) {
                int point = Character.toCodePoint(c, text.charAt(++i));
                bytes[size++] = (byte) (0xf0 | point >>> 18);
                bytes[size++] = (byte) (0x80 | (point >>> 12 & 0x3f));
                bytes[size++] = (byte) (0x80 | (point >>> 6 & 0x3f));
                bytes[size++] = (byte) (0x80 | (point & 0x3f));
            } else {
                bytes[size++] = (byte) (0xe0 | c >>> 12);
                bytes[size++] = (byte) (0x80 | (c >>> 6 & 0x3f));
                bytes[size++] = (byte) (0x80 | (c & 0x3f));
            }
        }
    }

    private static boolean isPair(String text, int at) {
        return Character.isHighSurrogate(text.charAt(at))
                && at + 1 < text.length()
                && Character.isLowSurrogate(text.charAt(at + 1));
    }

    private void reserve(long more) {
        long needed = size + more;
        if (needed > bytes.length) {
            grow(needed);
        }
    }

    private void grow(long needed) {
        if (needed > LARGEST) {
            throw new IllegalStateException("a record of " + needed + " bytes is too large");
        }
        bytes = Arrays.copyOf(bytes, (int) Math.min(LARGEST, Math.max(needed, 2L * bytes.length)));
    }
}
