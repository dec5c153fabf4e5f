package io.sirsi.host.internal;

import io.sirsi.agent.AgentFailure;
import java.util.List;
import java.util.Map;

/**
 * What one look at the machine saw of one type.
 *
 * @param entries what was seen
 * @param gaps what could not be seen although the rest is good
 */
record Listing(List<Entry> entries, List<AgentFailure> gaps) {

    /**
     * One resource.
     *
     * @param id its id, unique for its type
     * @param name its name for people
     * @param attributes what is known of it
     */
    record Entry(String id, String name, Map<String, String> attributes) {}

    Listing {
        entries = List.copyOf(entries);
        gaps = List.copyOf(gaps);
    }

    static Listing of(List<Entry> entries) {
        return new Listing(entries, List.of());
    }
}
