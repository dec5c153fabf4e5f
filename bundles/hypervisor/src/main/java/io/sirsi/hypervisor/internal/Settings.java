package io.sirsi.hypervisor.internal;

import java.time.Duration;

/** The configuration, checked. */
record Settings(NodeLimits limits, int rememberedSessions, int maxScans, Waits waits) {

    /** The most that may be had. */
    record NodeLimits(int sessions, int agents, int tasks, Duration lifetime, int weight) {}

    /** How long things may take. */
    record Waits(Duration scanGrace, Duration accounts, Duration tick) {}

    /**
     * Checks a configuration.
     *
     * @throws IllegalArgumentException naming the key and the value that is out of range
     */
    static Settings of(HypervisorConfig config) {
        return new Settings(
                new NodeLimits(
                        within("maxSessions", config.maxSessions(), 1, 100_000),
                        within("maxAgents", config.maxAgents(), 1, 100_000),
                        within("maxTasks", config.maxTasks(), 1, 10_000_000),
                        Duration.ofHours(
                                within("maxLifetimeHours", config.maxLifetimeHours(), 1, 8784)),
                        within("maxWeight", config.maxWeight(), 1, 1000)),
                within("rememberedSessions", config.rememberedSessions(), 0, 100_000),
                within("maxScans", config.maxScans(), 1, 1000),
                new Waits(
                        Duration.ofMillis(
                                within("scanGraceMs", config.scanGraceMs(), 100, 600_000)),
                        Duration.ofMillis(
                                within(
                                        "accountsTimeoutMs",
                                        config.accountsTimeoutMs(),
                                        100,
                                        60_000)),
                        Duration.ofMillis(within("tickMs", config.tickMs(), 10, 60_000))));
    }

    private static int within(String key, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    key + " must be " + least + " to " + most + ": " + value);
        }
        return value;
    }
}
