package io.sirsi.jmx.internal;

/** How much one call may ask for: an answer is one RMI message, held in memory on both sides. */
final class Limits {

    private static final int MOST = 1_000;

    private Limits() {}

    /**
     * {@return the limit}
     *
     * @throws IllegalArgumentException if it is not 1 to 1,000
     */
    static int checked(int limit) {
        if (limit < 1 || limit > MOST) {
            throw new IllegalArgumentException("limit must be 1 to 1000: " + limit);
        }
        return limit;
    }
}
