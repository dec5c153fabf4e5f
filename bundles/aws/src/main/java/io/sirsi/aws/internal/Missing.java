package io.sirsi.aws.internal;

import io.sirsi.agent.AgentFailure;
import io.sirsi.cloud.CloudScope;
import io.sirsi.cloud.CoverageGap;
import io.sirsi.cloud.ResourceType;
import io.sirsi.spi.agent.AgentFailureException;
import io.sirsi.spi.cloud.DiscoverySink;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The details that could not be looked up during one discovery. They become one gap for each region
 * and kind of failure, which names the resources, instead of one gap for each call. Once a region
 * has failed three times in a row it is not asked again. Thread-safe.
 */
final class Missing {

    /** A detail that may be missing. */
    @FunctionalInterface
    interface Lookup<T> {
        /** {@return the detail} */
        T get() throws AgentFailureException, InterruptedException;
    }

    private static final int FAILURES_IN_A_ROW = 3;
    private static final int NAMED = 5;

    /** With these, nothing else will work either. */
    private static final Set<AgentFailure.Code> FATAL =
            EnumSet.of(
                    AgentFailure.Code.UNAUTHENTICATED,
                    AgentFailure.Code.GONE,
                    AgentFailure.Code.INTERNAL);

    private record Kind(String region, AgentFailure.Code code) {}

    private static final class Group {
        private final AgentFailure first;
        private final Set<String> details = new TreeSet<>();
        private final Set<String> resources = new TreeSet<>();

        Group(AgentFailure first) {
            this.first = first;
        }
    }

    private final ResourceType type;
    private final String plural;
    private final DiscoverySink sink;
    private final Map<Kind, Group> groups = new LinkedHashMap<>();
    private final Map<String, Integer> inARow = new HashMap<>();
    private final Map<String, AgentFailure> given = new HashMap<>();

    /**
     * Begins with nothing missing.
     *
     * @param type what is discovered
     * @param plural what several of them are called
     * @param sink where the gaps go
     */
    Missing(ResourceType type, String plural, DiscoverySink sink) {
        this.type = type;
        this.plural = plural;
        this.sink = sink;
    }

    /**
     * Looks up a detail, or notes that it is missing.
     *
     * @param region where
     * @param resource of which resource
     * @param detail which detail
     * @param lookup looks it up
     * @return the detail; empty if it is missing
     * @throws AgentFailureException if nothing else will work either
     * @throws InterruptedException if interrupted
     */
    <T> Optional<T> tryTo(String region, String resource, String detail, Lookup<T> lookup)
            throws AgentFailureException, InterruptedException {
        Optional<AgentFailure> up = givenUp(region);
        if (up.isPresent()) {
            note(region, resource, detail, up.get());
            return Optional.empty();
        }
        try {
            T found = lookup.get();
            worked(region);
            return Optional.of(found);
        } catch (AgentFailureException e) {
            if (FATAL.contains(e.failure().code())) {
                throw e;
            }
            note(region, resource, detail, e.failure());
            return Optional.empty();
        }
    }

    /**
     * Reports what was missing.
     *
     * @throws AgentFailureException if a gap could not be kept
     */
    void report() throws AgentFailureException {
        Map<Kind, Group> all;
        synchronized (this) {
            all = new LinkedHashMap<>(groups);
        }
        for (Map.Entry<Kind, Group> entry : all.entrySet()) {
            Group group = entry.getValue();
            CloudScope scope = sink.key(entry.getKey().region(), type, "").scope();
            sink.gap(
                    new CoverageGap(
                            scope,
                            Optional.of(type),
                            new AgentFailure(
                                    group.first.code(),
                                    sentence(group),
                                    group.first.retryAfter())));
        }
    }

    private String sentence(Group group) {
        StringBuilder names = new StringBuilder();
        group.resources.stream()
                .limit(NAMED)
                .forEach(name -> names.append(names.length() == 0 ? "" : ", ").append(name));
        if (group.resources.size() > NAMED) {
            names.append(" and ").append(group.resources.size() - NAMED).append(" more");
        }
        return String.join(", ", group.details)
                + " unknown for the "
                + plural
                + " "
                + names
                + ": "
                + group.first.sentence();
    }

    private synchronized Optional<AgentFailure> givenUp(String region) {
        return Optional.ofNullable(given.get(region));
    }

    private synchronized void worked(String region) {
        inARow.remove(region);
    }

    private synchronized void note(
            String region, String resource, String detail, AgentFailure failure) {
        Group group =
                groups.computeIfAbsent(
                        new Kind(region, failure.code()), kind -> new Group(failure));
        group.details.add(detail);
        group.resources.add(resource);
        if (!failure.retryable()) {
            inARow.remove(region);
        } else if (inARow.merge(region, 1, Integer::sum) >= FAILURES_IN_A_ROW) {
            given.putIfAbsent(region, failure);
        }
    }
}
