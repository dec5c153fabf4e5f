package io.sirsi.security.shiro.internal;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * One account.
 *
 * @param name exactly as it logs in
 * @param roles at least one
 * @param keys the public keys that may log in; none for an account without key login
 * @param password what its password is compared with, if it may log in by password
 */
record Account(
        String name, Set<Role> roles, List<AuthorizedKey> keys, Optional<PasswordHash> password) {

    Account {
        roles = Set.copyOf(roles);
        keys = List.copyOf(keys);
    }

    /** {@return the names of its roles in a fixed order, for a sentence} */
    String roleWords() {
        return roles.stream().sorted().map(Role::word).collect(Collectors.joining(", "));
    }
}
