package io.sirsi.session;

import java.time.Duration;

/**
 * What a session may use.
 *
 * @param maxAgents how many agents may live in it at once, 1 to 100,000
 * @param maxTasks how many tasks may be unfinished in it at once, 1 to 10,000,000
 * @param lifetime how long it lives from its opening, 1 second to 366 days
 * @param weight its part of what sessions have to share, 1 to 1,000: one of twice the weight gets
 *     twice as much while both want more than there is
 */
public record SessionLimits(int maxAgents, int maxTasks, Duration lifetime, int weight) {

    /** 64 agents, 10,000 tasks, eight hours, a weight of 1. */
    public static final SessionLimits DEFAULT = new SessionLimits(64, 10_000, Duration.ofHours(8));

    private static final int MAX_WEIGHT = 1_000;

    public SessionLimits {
        if (maxAgents < 1 || maxAgents > 100_000) {
            throw new IllegalArgumentException("maxAgents must be 1 to 100000: " + maxAgents);
        }
        if (maxTasks < 1 || maxTasks > 10_000_000) {
            throw new IllegalArgumentException("maxTasks must be 1 to 10000000: " + maxTasks);
        }
        if (lifetime.compareTo(Duration.ofSeconds(1)) < 0
                || lifetime.compareTo(Duration.ofDays(366)) > 0) {
            throw new IllegalArgumentException(
                    "lifetime must be 1 second to 366 days: " + lifetime);
        }
        if (weight < 1 || weight > MAX_WEIGHT) {
            throw new IllegalArgumentException("weight must be 1 to 1000: " + weight);
        }
    }

    /** A weight of 1. */
    public SessionLimits(int maxAgents, int maxTasks, Duration lifetime) {
        this(maxAgents, maxTasks, lifetime, 1);
    }

    /** {@return the same with another weight} */
    public SessionLimits weighing(int newWeight) {
        return new SessionLimits(maxAgents, maxTasks, lifetime, newWeight);
    }
}
