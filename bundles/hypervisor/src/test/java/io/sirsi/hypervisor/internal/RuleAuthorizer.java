package io.sirsi.hypervisor.internal;

import io.sirsi.security.Authorizer;
import io.sirsi.security.Caller;
import io.sirsi.security.Decision;
import io.sirsi.security.Permission;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** Accounts and what each has been given. */
final class RuleAuthorizer implements Authorizer {

    private final Map<String, Set<Permission>> rules = new ConcurrentHashMap<>();

    Caller give(String account, String... permissions) {
        rules.put(
                account,
                Arrays.stream(permissions).map(Permission::of).collect(Collectors.toSet()));
        return new Caller(account, "shell");
    }

    @Override
    public Decision decide(Caller caller, Permission permission) {
        return permissionsOf(caller).stream().anyMatch(mine -> mine.implies(permission))
                ? Decision.granted()
                : Decision.denied(
                        "'" + caller.name() + "' may not " + permission + "; ask an administrator");
    }

    @Override
    public Set<Permission> permissionsOf(Caller caller) {
        return rules.getOrDefault(caller.name(), Set.of());
    }
}
