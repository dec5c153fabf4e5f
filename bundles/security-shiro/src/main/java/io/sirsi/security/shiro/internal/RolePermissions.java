package io.sirsi.security.shiro.internal;

import io.sirsi.security.Permission;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What each role is given. An immutable value. */
final class RolePermissions {

    private static final Logger LOG = LoggerFactory.getLogger(RolePermissions.class);

    private final Map<Role, Set<Permission>> byRole;

    private RolePermissions(Map<Role, Set<Permission>> byRole) {
        this.byRole = new EnumMap<>(byRole);
    }

    /**
     * Reads the configuration. An entry that is no permission gives nothing and is logged.
     *
     * @param config the keys {@code role.viewer}, {@code role.operator}, {@code role.admin}
     * @return what they say
     */
    static RolePermissions of(SecurityConfig config) {
        Map<Role, Set<Permission>> byRole = new EnumMap<>(Role.class);
        byRole.put(Role.VIEWER, parse("role.viewer", config.role_viewer()));
        byRole.put(Role.OPERATOR, parse("role.operator", config.role_operator()));
        byRole.put(Role.ADMIN, parse("role.admin", config.role_admin()));
        return new RolePermissions(byRole);
    }

    /** Entries may hold several permissions between commas: a .cfg file has lists no other way. */
    private static Set<Permission> parse(String key, String[] entries) {
        Set<Permission> permissions = new TreeSet<>();
        Arrays.stream(entries)
                .flatMap(entry -> Arrays.stream(entry.split(",", -1)))
                .map(String::strip)
                .filter(entry -> !entry.isEmpty())
                .forEach(
                        entry -> {
                            try {
                                permissions.add(Permission.of(entry));
                            } catch (IllegalArgumentException e) {
                                LOG.error("{} gives nothing for an entry: {}", key, e.getMessage());
                            }
                        });
        return permissions;
    }

    /** {@return what an account has by its roles} */
    Set<Permission> of(Account account) {
        Set<Permission> permissions = new TreeSet<>();
        account.roles().forEach(role -> permissions.addAll(byRole.getOrDefault(role, Set.of())));
        return permissions;
    }
}
