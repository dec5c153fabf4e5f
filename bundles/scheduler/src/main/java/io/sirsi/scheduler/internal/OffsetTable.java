package io.sirsi.scheduler.internal;

import java.util.Arrays;

/**
 * Offsets by 128-bit values, in three arrays: 20 bytes a place, half of the places free. For one
 * thread at a time.
 */
final class OffsetTable {

    /** One value and its offset. */
    record Entry(long high, long low, int offset) implements Comparable<Entry> {
        @Override
        public int compareTo(Entry other) {
            int upper = Long.compareUnsigned(high, other.high);
            return upper != 0 ? upper : Long.compareUnsigned(low, other.low);
        }
    }

    private long[] highs = new long[16];
    private long[] lows = new long[16];
    private int[] offsets = new int[16];
    private int size;

    /** {@return how many values there are} */
    int size() {
        return size;
    }

    /** {@return the offset of a value; 0 if it is not there} */
    int get(long high, long low) {
        return offsets[place(high, low)];
    }

    /**
     * Sets the offset of a value, whether it was there or not.
     *
     * @param high its upper 64 bits
     * @param low its lower 64 bits
     * @param offset positive
     */
    void put(long high, long low, int offset) {
        int place = place(high, low);
        if (offsets[place] == 0) {
            if (2 * (size + 1) > offsets.length) {
                grow();
                place = place(high, low);
            }
            size++;
            highs[place] = high;
            lows[place] = low;
        }
        offsets[place] = offset;
    }

    /** {@return all values in unsigned order} */
    Entry[] sorted() {
        Entry[] entries = new Entry[size];
        int next = 0;
        for (int i = 0; i < offsets.length; i++) {
            if (offsets[i] != 0) {
                entries[next++] = new Entry(highs[i], lows[i], offsets[i]);
            }
        }
        Arrays.sort(entries);
        return entries;
    }

    private int place(long high, long low) {
        long hash = (high ^ Long.rotateLeft(low, 32)) * 0x9e3779b97f4a7c15L;
        int mask = offsets.length - 1;
        int place = (int) (hash >>> 40) & mask;
        while (offsets[place] != 0 && (highs[place] != high || lows[place] != low)) {
            place = (place + 1) & mask;
        }
        return place;
    }

    private void grow() {
        long[] oldHighs = highs;
        long[] oldLows = lows;
        int[] oldOffsets = offsets;
        highs = new long[2 * oldHighs.length];
        lows = new long[2 * oldLows.length];
        offsets = new int[2 * oldOffsets.length];
        for (int i = 0; i < oldOffsets.length; i++) {
            if (oldOffsets[i] != 0) {
                int place = place(oldHighs[i], oldLows[i]);
                highs[place] = oldHighs[i];
                lows[place] = oldLows[i];
                offsets[place] = oldOffsets[i];
            }
        }
    }
}
