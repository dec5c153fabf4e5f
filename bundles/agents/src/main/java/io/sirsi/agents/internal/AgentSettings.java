package io.sirsi.agents.internal;

import java.time.Duration;

/**
 * The limits of a runtime, checked.
 *
 * @param drainTimeout how long an agent that is to end may finish what it runs
 * @param cancelGrace how long each harder step waits: cancel, interrupt, stop
 * @param spawnTimeout how long a provider may take to make an agent
 * @param healthTimeout how long an agent may take to say how it is
 * @param maxAgents how many agents live here at once
 */
record AgentSettings(
        Duration drainTimeout,
        Duration cancelGrace,
        Duration spawnTimeout,
        Duration healthTimeout,
        int maxAgents) {

    /** How many ended agents are remembered by name. */
    static final int REMEMBERED = 1_000;

    static AgentSettings of(DefaultAgentRuntime.Config config) {
        return new AgentSettings(
                millis("drainTimeoutMs", config.drainTimeoutMs(), 0),
                millis("cancelGraceMs", config.cancelGraceMs(), 0),
                millis("spawnTimeoutMs", config.spawnTimeoutMs(), 1),
                millis("healthTimeoutMs", config.healthTimeoutMs(), 1),
                between("maxAgents", config.maxAgents(), 1, 1_000_000));
    }

    private static Duration millis(String key, int value, int least) {
        return Duration.ofMillis(between(key, value, least, 3_600_000));
    }

    private static int between(String key, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    "io.sirsi.agents: "
                            + key
                            + " must be "
                            + least
                            + " to "
                            + most
                            + ", not "
                            + value
                            + "; correct it in io.sirsi.agents.cfg");
        }
        return value;
    }
}
