package io.sirsi.agent;

import java.util.regex.Pattern;

/**
 * Names one agent across the cluster.
 *
 * @param value lower-case letters, digits and dashes, 1 to 63 characters, beginning with a letter
 */
public record AgentId(String value) implements Comparable<AgentId> {

    private static final Pattern SHAPE = Pattern.compile("[a-z][a-z0-9-]{0,62}");

    public AgentId {
        if (!SHAPE.matcher(value).matches()) {
            throw new IllegalArgumentException("not an agent id: '" + value + "'");
        }
    }

    @Override
    public int compareTo(AgentId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
