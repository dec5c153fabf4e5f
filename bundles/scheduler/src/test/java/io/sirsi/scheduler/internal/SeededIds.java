package io.sirsi.scheduler.internal;

import java.util.random.RandomGenerator;

/** Ids that are the same each time: of a seeded generator. */
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
