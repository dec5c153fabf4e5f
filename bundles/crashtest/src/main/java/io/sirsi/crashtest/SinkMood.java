package io.sirsi.crashtest;

import java.util.SplittableRandom;

/**
 * How the sink treats the effects of one task: the same for the same seed and name, so that the
 * driver knows beforehand.
 *
 * @param slowMs how long its answers take, in milliseconds
 * @param failures how often it has the effect and answers that it failed, before it answers well
 */
record SinkMood(int slowMs, int failures) {

    static SinkMood of(long seed, String ref) {
        SplittableRandom random =
                new SplittableRandom(seed ^ (ref.hashCode() * 0x9E3779B97F4A7C15L));
        int slow = random.nextInt(100) < 15 ? random.nextInt(1, 20) : 0;
        int failures = random.nextInt(100) < 10 ? 1 : 0;
        return new SinkMood(slow, failures);
    }
}
