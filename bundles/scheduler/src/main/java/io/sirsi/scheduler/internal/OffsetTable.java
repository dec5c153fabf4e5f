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

    /** How many places a page of ids has. */
    private static final int ROW = 1 << TaskTable.PLACE_BITS;

    private long[] highs = new long[ROW];
    private long[] lows = new long[ROW];
    private int[] offsets = new int[ROW];
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
        // By the uppermost bits first, which costs no comparison; then within those alike.
        int bits = Math.max(1, Math.min(16, 31 - Integer.numberOfLeadingZeros(size | 1) - 4));
        int shift = Long.SIZE - bits;
        int[] starts = new int[(1 << bits) + 1];
        for (int i = 0; i < offsets.length; i++) {
            if (offsets[i] != 0) {
                starts[(int) (highs[i] >>> shift) + 1]++;
            }
        }
        for (int i = 1; i < starts.length; i++) {
            starts[i] += starts[i - 1];
        }
        Entry[] entries = new Entry[size];
        int[] next = Arrays.copyOf(starts, starts.length);
        for (int i = 0; i < offsets.length; i++) {
            if (offsets[i] != 0) {
                int group = (int) (highs[i] >>> shift);
                entries[next[group]++] = new Entry(highs[i], lows[i], offsets[i]);
            }
        }
        for (int i = 1; i < starts.length; i++) {
            Arrays.sort(entries, starts[i - 1], starts[i]);
        }
        return entries;
    }

    /**
     * {@return where a value is, or may be put} Ids of one page lie in a row, as {@link TaskTable}
     * has them; one that is in the way of another sends it to the next row.
     */
    private int place(long high, long low) {
        int mask = offsets.length - 1;
        int place = ((int) ((high * 0x9e3779b97f4a7c15L) >>> 32) & -ROW) + (int) (low & (ROW - 1));
        place &= mask;
        int steps = 0;
        while (offsets[place] != 0 && (highs[place] != high || lows[place] != low)) {
            place = (place + ROW) & mask;
            if (++steps == offsets.length / ROW) {
                steps = 0;
                place = (place + 1) & mask; // All rows are full at this place.
            }
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
