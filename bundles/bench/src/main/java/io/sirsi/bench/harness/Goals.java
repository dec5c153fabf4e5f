package io.sirsi.bench.harness;

import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;

/**
 * The goals: of which row against whom.
 *
 * @param byKey the goals by {@code ROW/AGAINST}
 */
public record Goals(Map<String, Goal> byKey) {

    public Goals {
        byKey = Map.copyOf(byKey);
    }

    /**
     * Reads goals.
     *
     * @param source properties: {@code T1/fork-join-pool = >= 0.4}
     * @return the goals
     * @throws IOException where it cannot be read
     */
    public static Goals read(InputStream source) throws IOException {
        Properties properties = new Properties();
        properties.load(source);
        Map<String, Goal> goals = new TreeMap<>();
        for (String key : properties.stringPropertyNames()) {
            goals.put(key, Goal.parse(properties.getProperty(key)));
        }
        return new Goals(goals);
    }

    /** {@return the goal of a row against a contender, where there is one} */
    public Optional<Goal> of(String row, String against) {
        return Optional.ofNullable(byKey.get(row + "/" + against));
    }
}
