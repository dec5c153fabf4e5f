package io.sirsi.hypervisor;

import io.sirsi.agent.Health;
import java.time.Instant;
import java.util.Map;

/**
 * The node at one moment.
 *
 * @param version of the platform
 * @param startedAt when the hypervisor became active
 * @param counts how many {@code sessions}, {@code agents}, {@code agentTypes}, {@code tasks}
 *     (unfinished), {@code scans} (running), {@code deadLetters} there are
 * @param health how well each part says it is, by its name
 */
public record NodeStatus(
        String version, Instant startedAt, Map<String, Long> counts, Map<String, Health> health) {

    public NodeStatus {
        counts = Map.copyOf(counts);
        health = Map.copyOf(health);
    }
}
