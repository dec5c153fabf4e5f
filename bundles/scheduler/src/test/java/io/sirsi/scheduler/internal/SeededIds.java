package io.sirsi.scheduler.internal;

import java.util.random.RandomGenerator;

/** Draws from a generator that a test has seeded. */
final class SeededIds implements IdSource {

    private final RandomGenerator random;
    private long high;
    private long low;

    SeededIds(RandomGenerator random) {
        this.random = random;
    }

    @Override
    public void next() {
        high = random.nextLong();
        low = random.nextLong();
    }

    @Override
    public long high() {
        return high;
    }

    @Override
    public long low() {
        return low;
    }
}
