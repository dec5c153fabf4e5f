package io.sirsi.scheduler.internal;

import java.nio.ByteBuffer;

/**
 * Tells of most 128-bit values that were never added that they were not, from ten bits for each
 * that was (a Bloom filter, as in <a href="https://dl.acm.org/doi/10.1145/362686.362692">Space/time
 * trade-offs in hash coding with allowable errors</a>). All bits of one value lie in one block of
 * 512 bits, which is one line of the processor's cache; about two values in a hundred that were
 * never added are taken for added. Thread-safe once all are added.
 */
final class Bloom {

    private static final int BITS_PER_VALUE = 10;
    private static final int LONGS_PER_BLOCK = 8;
    private static final int PROBES = 6;

    private final long[] words;

    /**
     * Makes an empty one.
     *
     * @param values how many values will be added
     */
    Bloom(int values) {
        words = new long[bytes(values) / Long.BYTES];
    }

    /**
     * Reads one.
     *
     * @param values how many values were added to it
     * @param from what {@link #write} wrote
     */
    static Bloom read(int values, ByteBuffer from) {
        Bloom bloom = new Bloom(values);
        for (int i = 0; i < bloom.words.length; i++) {
            bloom.words[i] = from.getLong();
        }
        return bloom;
    }

    /** {@return how many bytes one for so many values takes} */
    static int bytes(int values) {
        int blocks = (int) (((long) values * BITS_PER_VALUE + 511) / 512);
        return blocks * LONGS_PER_BLOCK * Long.BYTES;
    }

    /** Writes it. */
    void write(ByteBuffer to) {
        for (long word : words) {
            to.putLong(word);
        }
    }

    /** Adds a value. */
    void add(long high, long low) {
        long hash = hash(high, low);
        int block = block(hash);
        long bits = mix(hash);
        for (int i = 0; i < PROBES; i++) {
            words[block + (int) (bits & 7)] |= 1L << (bits >>> 3);
            bits >>>= 9;
        }
    }

    /** {@return false if the value was not added; true if it was, and rarely if it was not} */
    boolean mayContain(long high, long low) {
        if (words.length == 0) {
            return false;
        }
        long hash = hash(high, low);
        int block = block(hash);
        long bits = mix(hash);
        for (int i = 0; i < PROBES; i++) {
            if ((words[block + (int) (bits & 7)] & (1L << (bits >>> 3))) == 0) {
                return false;
            }
            bits >>>= 9;
        }
        return true;
    }

    private int block(long hash) {
        long blocks = words.length / LONGS_PER_BLOCK;
        return (int) (((hash >>> 32) * blocks) >>> 32) * LONGS_PER_BLOCK;
    }

    private static long hash(long high, long low) {
        return mix(high ^ mix(low + 0x9e3779b97f4a7c15L));
    }

    /** Spreads every bit over all others: the last step of MurmurHash3. */
    private static long mix(long value) {
        long mixed = value;
        mixed = (mixed ^ (mixed >>> 33)) * 0xff51afd7ed558ccdL;
        mixed = (mixed ^ (mixed >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return mixed ^ (mixed >>> 33);
    }
}
