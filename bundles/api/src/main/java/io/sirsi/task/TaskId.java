package io.sirsi.task;

import java.util.regex.Pattern;

/**
 * Names a task; unguessable.
 *
 * @param value {@code t-} and 26 lower-case letters and digits, as {@link io.sirsi.id.RandomIds}
 *     draws them
 */
public record TaskId(String value) implements Comparable<TaskId> {

    private static final Pattern SHAPE = Pattern.compile("t-[0-9a-z]{26}");

    public TaskId {
        if (!SHAPE.matcher(value).matches()) {
            throw new IllegalArgumentException("not a task id: '" + value + "'");
        }
    }

    @Override
    public int compareTo(TaskId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
