package io.sirsi.agent;

import io.sirsi.security.Permission;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What an agent can and may do. An immutable value; the methods that read like a wish return a
 * changed copy.
 *
 * <p>A child's capabilities are a subset of its parent's: see {@link #excessOver}.
 *
 * @param spawnsSubAgents whether it may spawn agents below itself
 * @param domains what it is expert in, such as {@code compute} or {@code storage}: lower-case
 *     letters, digits and dashes
 * @param permissions what it may do outside, such as {@code ec2:describe}
 */
public record AgentCapabilities(
        boolean spawnsSubAgents, Set<String> domains, Set<Permission> permissions) {

    /** Can and may nothing. */
    public static final AgentCapabilities NONE = new AgentCapabilities(false, Set.of(), Set.of());

    private static final Pattern DOMAIN = Pattern.compile("[a-z][a-z0-9-]{0,62}");

    public AgentCapabilities {
        domains = Set.copyOf(domains);
        permissions = Set.copyOf(permissions);
        for (String domain : domains) {
            if (!DOMAIN.matcher(domain).matches()) {
                throw new IllegalArgumentException("not a capability: '" + domain + "'");
            }
        }
    }

    /** {@return a copy that may spawn agents below itself} */
    public AgentCapabilities canSpawnSubAgents() {
        return new AgentCapabilities(true, domains, permissions);
    }

    /** {@return a copy with further fields of expertise} */
    public AgentCapabilities domainExpertise(String... more) {
        return new AgentCapabilities(
                spawnsSubAgents, union(domains, Arrays.asList(more)), permissions);
    }

    /** {@return a copy with further permissions, each in the form of {@link Permission}} */
    public AgentCapabilities requiredPermissions(String... more) {
        return new AgentCapabilities(
                spawnsSubAgents,
                domains,
                union(
                        permissions,
                        Arrays.stream(more).map(Permission::of).collect(Collectors.toList())));
    }

    /** {@return whether one of the permissions covers the one asked for} */
    public boolean permits(Permission permission) {
        return permissions.stream().anyMatch(mine -> mine.implies(permission));
    }

    /**
     * Compares with what a parent, or a type, has to give.
     *
     * @param giver the most that may be had
     * @return the first thing in this value that the giver lacks, as a noun phrase; empty if this
     *     is a subset
     */
    public Optional<String> excessOver(AgentCapabilities giver) {
        if (spawnsSubAgents && !giver.spawnsSubAgents) {
            return Optional.of("the right to spawn sub-agents");
        }
        Optional<String> domain =
                domains.stream()
                        .filter(wanted -> !giver.domains.contains(wanted))
                        .sorted()
                        .findFirst()
                        .map(wanted -> "the capability '" + wanted + "'");
        if (domain.isPresent()) {
            return domain;
        }
        return permissions.stream()
                .filter(wanted -> !giver.permits(wanted))
                .sorted()
                .findFirst()
                .map(wanted -> "the permission '" + wanted + "'");
    }

    private static <T> Set<T> union(Collection<T> some, Collection<T> more) {
        Set<T> all = new LinkedHashSet<>(some);
        all.addAll(more);
        return all;
    }
}
