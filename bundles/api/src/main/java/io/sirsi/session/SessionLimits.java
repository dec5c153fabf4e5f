package io.sirsi.session;

import java.time.Duration;

/**
 * What a session may use.
 *
 * @param maxAgents how many agents may live in it at once, 1 to 100,000
 * @param maxTasks how many tasks may be unfinished in it at once, 1 to 10,000,000
 * @param lifetime how long it lives from its opening, 1 second to 366 days
 */
public record SessionLimits(int maxAgents, int maxTasks, Duration lifetime) {

    /** 64 agents, 10,000 tasks, eight hours. */
    public static final SessionLimits DEFAULT = new SessionLimits(64, 10_000, Duration.ofHours(8));

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
    }
}
