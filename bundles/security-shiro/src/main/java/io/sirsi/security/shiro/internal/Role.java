package io.sirsi.security.shiro.internal;

import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/** The roles that an account can have: a closed set, so that a misspelt role is found at once. */
enum Role {
    /** Reads. */
    VIEWER("viewer", "viewer ssh"),
    /** Works: opens sessions, spawns agents, submits tasks, starts scans. */
    OPERATOR("operator", "operator viewer ssh"),
    /** Does everything, Karaf's own commands included. */
    ADMIN("admin", "admin manager operator viewer systembundles ssh");

    private final String word;
    private final String karafRoles;

    Role(String word, String karafRoles) {
        this.word = word;
        this.karafRoles = karafRoles;
    }

    /** {@return the role with exactly this name, if there is one} */
    static Optional<Role> named(String word) {
        return Arrays.stream(values()).filter(role -> role.word.equals(word)).findFirst();
    }

    /** {@return its name in the account file} */
    String word() {
        return word;
    }

    /** {@return the roles that Karaf's access lists know such an account by} */
    Set<String> karafRoles() {
        return Set.of(karafRoles.split(" ", -1));
    }
}
