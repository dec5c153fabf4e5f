package io.sirsi.journal;

/**
 * The sizes of a log.
 *
 * @param segmentBytes the size of one file: a power of two, 64 KiB to 1 GiB
 * @param ringBytes the size of the buffer between those who append and the one who writes: a power
 *     of two, 16 KiB to the size of a segment; a record takes at most a quarter of it
 * @param reserveBytes what is kept free for {@link Journal#appendReserved} when the disk is full
 */
public record JournalOptions(int segmentBytes, int ringBytes, int reserveBytes) {

    /** Segments of 64 MiB, a ring of 8 MiB, a reserve of 8 MiB. */
    public static final JournalOptions DEFAULT = new JournalOptions(64 << 20, 8 << 20, 8 << 20);

    /** Segments of 4 MiB, a ring of 1 MiB, a reserve of 1 MiB: for a log that seldom grows. */
    public static final JournalOptions SMALL = new JournalOptions(4 << 20, 1 << 20, 1 << 20);

    public JournalOptions {
        checkPowerOfTwo("segmentBytes", segmentBytes, 1 << 16, 1 << 30);
        checkPowerOfTwo("ringBytes", ringBytes, 1 << 14, segmentBytes);
        if (reserveBytes < 0) {
            throw new IllegalArgumentException(
                    "reserveBytes must not be negative: " + reserveBytes);
        }
    }

    private static void checkPowerOfTwo(String name, int value, int least, int most) {
        if (value < least || value > most || Integer.bitCount(value) != 1) {
            throw new IllegalArgumentException(
                    name + " must be a power of two, " + least + " to " + most + ": " + value);
        }
    }
}
