package io.sirsi.wasm.internal.binary;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Reads a part of a module from its first byte to its last, and never beyond. */
final class Cursor {

    private final byte[] bytes;
    private final String place;
    private final int end;
    private int at;

    /**
     * Begins to read.
     *
     * @param bytes the whole module; not changed
     * @param from the first byte of the part
     * @param end the byte after its last
     * @param place what the part is called in sentences
     */
    Cursor(byte[] bytes, int from, int end, String place) {
        this.bytes = bytes;
        this.at = from;
        this.end = end;
        this.place = place;
    }

    int at() {
        return at;
    }

    int remaining() {
        return end - at;
    }

    /** {@return a reader of the next bytes, which this one skips} */
    Cursor part(int length, String name) throws RefusedModuleException {
        need(length);
        Cursor part = new Cursor(bytes, at, at + length, name);
        at += length;
        return part;
    }

    /** {@return the next bytes, copied} */
    byte[] take(int length) throws RefusedModuleException {
        need(length);
        byte[] taken = new byte[length];
        System.arraycopy(bytes, at, taken, 0, length);
        at += length;
        return taken;
    }

    void skip(int length) throws RefusedModuleException {
        need(length);
        at += length;
    }

    /** {@return the next byte, 0 to 255} */
    int u8() throws RefusedModuleException {
        need(1);
        return bytes[at++] & 0xff;
    }

    /** {@return the next number, 0 to 2^32 - 1} */
    long u32() throws RefusedModuleException {
        long value = 0;
        for (int shift = 0; shift < 35; shift += 7) {
            int next = u8();
            value |= (long) (next & 0x7f) << shift;
            if (next < 0x80) {
                if (value > 0xffff_ffffL) {
                    throw refused(Rule.ENCODING, "a number has more than 32 bits");
                }
                return value;
            }
        }
        throw refused(Rule.ENCODING, "a number of 32 bits is written in more than 5 bytes");
    }

    /** {@return the next signed number, of so many bits at most} */
    long signed(int bits) throws RefusedModuleException {
        long value = 0;
        int longest = (bits + 6) / 7;
        for (int i = 0; i < longest; i++) {
            int next = u8();
            value |= (long) (next & 0x7f) << (7 * i);
            if (next < 0x80) {
                int unused = 64 - Math.min(64, 7 * (i + 1));
                long extended = (value << unused) >> unused;
                if (i == longest - 1) {
                    // Of the last byte, what is above the number must repeat its sign.
                    int top = (byte) (next << 1) >> 1;
                    int used = bits - 7 * i - 1;
                    if (top >> used != 0 && top >> used != -1) {
                        throw refused(Rule.ENCODING, "a number has more than " + bits + " bits");
                    }
                }
                return extended;
            }
        }
        throw refused(
                Rule.ENCODING,
                "a number of " + bits + " bits is written in more than " + longest + " bytes");
    }

    /**
     * {@return how many of something follow}
     *
     * @param what what they are called, in the plural
     * @param most how many there may be
     * @param smallest how many bytes each takes at least
     * @throws RefusedModuleException if there are more, or more than the bytes can hold
     */
    int count(String what, int most, int smallest) throws RefusedModuleException {
        long count = u32();
        if (count > most) {
            throw refused(
                    Rule.COUNT,
                    Words.figure(count) + " " + what + ": at most " + Words.figure(most));
        }
        if (count * smallest > remaining()) {
            throw refused(
                    Rule.ENCODING,
                    what
                            + " that do not fit: "
                            + Words.figure(count)
                            + " of them into "
                            + Words.many(remaining(), "byte"));
        }
        return (int) count;
    }

    /**
     * {@return the number of something that exists}
     *
     * @param what what it is called
     * @param existing how many there are
     */
    int index(String what, int existing) throws RefusedModuleException {
        long index = u32();
        if (index >= existing) {
            throw refused(
                    Rule.INDEX,
                    "there is no "
                            + what
                            + " "
                            + Words.figure(index)
                            + ": the module has "
                            + Words.figure(existing));
        }
        return (int) index;
    }

    /** {@return the next name} */
    String name() throws RefusedModuleException {
        long length = u32();
        if (length > remaining()) {
            throw refused(
                    Rule.ENCODING,
                    "a name of "
                            + Words.figure(length)
                            + " bytes does not fit into the remaining "
                            + Words.figure(remaining()));
        }
        try {
            String name =
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(bytes, at, (int) length))
                            .toString();
            at += (int) length;
            return name;
        } catch (CharacterCodingException notText) {
            throw refused(Rule.ENCODING, "a name is not UTF-8");
        }
    }

    /** Refuses what is left over. */
    void finish() throws RefusedModuleException {
        if (at != end) {
            throw refused(
                    Rule.SECTION, Words.many(remaining(), "byte") + " left over after its content");
        }
    }

    /** {@return a refusal that says where this reader is} */
    RefusedModuleException refused(Rule rule, String sentence) {
        return new RefusedModuleException(rule, place + ", byte " + at, sentence);
    }

    private void need(int length) throws RefusedModuleException {
        if (length < 0 || length > end - at) {
            throw refused(
                    Rule.ENCODING,
                    "it is cut off: of "
                            + Words.many(length, "byte")
                            + ", "
                            + Words.figure(end - at)
                            + " left");
        }
    }
}
