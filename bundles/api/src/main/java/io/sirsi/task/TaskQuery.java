package io.sirsi.task;

import io.sirsi.session.SessionId;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which tasks to list.
 *
 * @param session only those of this session, if given
 * @param states only those in one of these states, by {@link TaskState#name}; empty for all
 * @param labels only those that have all these labels
 * @param limit how many at most, 1 to 1,000,000; the newest are kept
 */
public record TaskQuery(
        Optional<SessionId> session, Set<String> states, Map<String, String> labels, int limit) {

    public TaskQuery {
        states = Set.copyOf(states);
        labels = Map.copyOf(labels);
        if (limit < 1 || limit > 1_000_000) {
            throw new IllegalArgumentException("limit must be 1 to 1000000: " + limit);
        }
    }

    /** {@return the newest tasks of all sessions} */
    public static TaskQuery newest(int limit) {
        return new TaskQuery(Optional.empty(), Set.of(), Map.of(), limit);
    }

    /** {@return all tasks with a label} */
    public static TaskQuery labelled(String key, String value) {
        return new TaskQuery(Optional.empty(), Set.of(), Map.of(key, value), 1_000_000);
    }
}
