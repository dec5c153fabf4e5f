package io.sirsi.wasm.endive.internal;

import java.util.Arrays;

/**
 * What a memory held at one moment: those of its pieces that are not all zeros, so that it is never
 * much larger than the segments that filled the memory. Instances of one module that begin alike
 * share one.
 */
final class MemoryImage {

    /** Of a memory without bytes. */
    static final MemoryImage NONE = of(new byte[0]);

    private static final int PIECE = 4096;
    private static final byte[] ZEROS = new byte[PIECE];

    /** Which pieces these are, in order. */
    private final int[] numbers;

    private final byte[] pieces;
    private final int size;

    private MemoryImage(int[] numbers, byte[] pieces, int size) {
        this.numbers = numbers;
        this.pieces = pieces;
        this.size = size;
    }

    /** {@return what a memory holds now; its size is a multiple of {@value #PIECE}} */
    static MemoryImage of(byte[] bytes) {
        int[] numbers = new int[bytes.length / PIECE];
        int count = 0;
        for (int i = 0; i < numbers.length; i++) {
            if (!holds(bytes, i, ZEROS, 0)) {
                numbers[count++] = i;
            }
        }
        byte[] pieces = new byte[count * PIECE];
        for (int i = 0; i < count; i++) {
            System.arraycopy(bytes, numbers[i] * PIECE, pieces, i * PIECE, PIECE);
        }
        return new MemoryImage(Arrays.copyOf(numbers, count), pieces, bytes.length);
    }

    /** {@return whether a memory holds just this} */
    boolean isOf(byte[] bytes) {
        if (bytes.length != size) {
            return false;
        }
        int next = 0;
        for (int i = 0; i < bytes.length / PIECE; i++) {
            boolean kept = next < numbers.length && numbers[next] == i;
            if (!holds(bytes, i, kept ? pieces : ZEROS, kept ? next * PIECE : 0)) {
                return false;
            }
            next += kept ? 1 : 0;
        }
        return true;
    }

    /** {@return how large the memory was, in bytes} */
    int size() {
        return size;
    }

    /**
     * Brings a memory of the same size back.
     *
     * @param zero whether it holds nothing but zeros
     */
    void copyInto(byte[] bytes, boolean zero) {
        if (!zero) {
            clear(bytes);
        }
        for (int i = 0; i < numbers.length; i++) {
            System.arraycopy(pieces, i * PIECE, bytes, numbers[i] * PIECE, PIECE);
        }
    }

    /* A node's JVM has the quick compiler alone, for which a copy is far faster than a loop. */
    private static void clear(byte[] bytes) {
        for (int at = 0; at < bytes.length; at += PIECE) {
            System.arraycopy(ZEROS, 0, bytes, at, PIECE);
        }
    }

    private static boolean holds(byte[] bytes, int piece, byte[] other, int from) {
        int at = piece * PIECE;
        return Arrays.equals(bytes, at, at + PIECE, other, from, from + PIECE);
    }
}
