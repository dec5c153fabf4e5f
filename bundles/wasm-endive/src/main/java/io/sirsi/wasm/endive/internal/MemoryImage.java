package io.sirsi.wasm.endive.internal;

import java.util.Arrays;

/**
 * What a memory held at one moment: its bytes up to the last that is not zero. Instances of one
 * module that begin alike share one.
 */
final class MemoryImage {

    /** Of a memory without bytes. */
    static final MemoryImage NONE = new MemoryImage(new byte[0], 0);

    private static final int CHUNK = 4096;
    private static final byte[] ZEROS = new byte[CHUNK];

    private final byte[] start;
    private final int size;

    private MemoryImage(byte[] start, int size) {
        this.start = start;
        this.size = size;
    }

    static MemoryImage of(byte[] bytes) {
        return new MemoryImage(Arrays.copyOf(bytes, used(bytes)), bytes.length);
    }

    /** {@return whether a memory holds just this} */
    boolean isOf(byte[] bytes) {
        return bytes.length == size
                && used(bytes) == start.length
                && Arrays.equals(bytes, 0, start.length, start, 0, start.length);
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
        System.arraycopy(start, 0, bytes, 0, start.length);
        if (!zero) {
            clear(bytes, start.length);
        }
    }

    /* A node's JVM has the quick compiler alone, for which a copy is far faster than a loop. */
    private static void clear(byte[] bytes, int from) {
        for (int at = from; at < bytes.length; at += CHUNK) {
            System.arraycopy(ZEROS, 0, bytes, at, Math.min(CHUNK, bytes.length - at));
        }
    }

    private static int used(byte[] bytes) {
        int end = bytes.length;
        while (end >= CHUNK && Arrays.equals(bytes, end - CHUNK, end, ZEROS, 0, CHUNK)) {
            end -= CHUNK;
        }
        while (end > 0 && bytes[end - 1] == 0) {
            end--;
        }
        return end;
    }
}
