package io.sirsi.agent;

import java.util.Set;

/**
 * What a type of agent is.
 *
 * @param type its name
 * @param title one line for people
 * @param offers the most that an agent of this type can and may do
 * @param taskTypes the types of task that it runs
 * @param concurrency how many tasks one agent of this type runs at once, 1 to 1,024
 */
public record AgentDescriptor(
        AgentType type,
        String title,
        AgentCapabilities offers,
        Set<String> taskTypes,
        int concurrency) {

    public AgentDescriptor {
        taskTypes = Set.copyOf(taskTypes);
        if (concurrency < 1 || concurrency > 1024) {
            throw new IllegalArgumentException("concurrency must be 1 to 1024: " + concurrency);
        }
    }
}
