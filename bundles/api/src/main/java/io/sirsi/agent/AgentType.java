package io.sirsi.agent;

import java.util.regex.Pattern;

/**
 * Names a kind of agent, such as {@code aws} or {@code host}. A type exists while a bundle offers
 * it.
 *
 * @param value lower-case letters, digits and dashes, 1 to 32 characters, beginning with a letter
 */
public record AgentType(String value) implements Comparable<AgentType> {

    private static final Pattern SHAPE = Pattern.compile("[a-z][a-z0-9-]{0,31}");

    public AgentType {
        if (!SHAPE.matcher(value).matches()) {
            throw new IllegalArgumentException("not an agent type: '" + value + "'");
        }
    }

    @Override
    public int compareTo(AgentType other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
