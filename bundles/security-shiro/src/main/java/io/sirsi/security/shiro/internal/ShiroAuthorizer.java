package io.sirsi.security.shiro.internal;

import io.sirsi.security.Authorizer;
import io.sirsi.security.Caller;
import io.sirsi.security.Decision;
import io.sirsi.security.Permission;
import java.util.Optional;
import java.util.Set;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides by the account file and the roles' permissions. A change of an account counts within a
 * second, for logins that are open, too.
 */
@Component
public final class ShiroAuthorizer implements Authorizer {

    private static final Logger LOG = LoggerFactory.getLogger(ShiroAuthorizer.class);

    private final AccountRealm realm;

    /**
     * @param realm knows the accounts
     */
    @Activate
    public ShiroAuthorizer(@Reference AccountRealm realm) {
        this.realm = realm;
    }

    @Override
    public Decision decide(Caller caller, Permission permission) {
        if (isThePlatform(caller)) {
            return Decision.granted();
        }
        try {
            Optional<Account> account = realm.account(caller.name());
            if (account.isEmpty()) {
                return Decision.denied(
                        "'"
                                + caller.name()
                                + "' is no account of this node, so it may not "
                                + permission
                                + "; ask an administrator to add it to the account file.");
            }
            if (realm.permits(caller.name(), permission)) {
                return Decision.granted();
            }
            return Decision.denied(
                    "'"
                            + caller.name()
                            + "' ("
                            + account.get().roleWords()
                            + ") may not "
                            + permission
                            + "; ask an administrator for a role that includes it.");
        } catch (RuntimeException e) {
            LOG.error("could not decide whether {} may {}: denied", caller, permission, e);
            return Decision.denied(
                    "it cannot be decided now whether '"
                            + caller.name()
                            + "' may "
                            + permission
                            + "; the node's log says why.");
        }
    }

    @Override
    public Set<Permission> permissionsOf(Caller caller) {
        if (isThePlatform(caller)) {
            return Set.of(Permission.ALL);
        }
        return realm.account(caller.name()).map(realm::permissionsOf).orElse(Set.of());
    }

    /**
     * The object, not its text: a door that makes callers from what people type cannot make this
     * one, whatever name and door it is led to put in.
     */
    @SuppressWarnings("ReferenceEquality")
    private static boolean isThePlatform(Caller caller) {
        return caller == Caller.SYSTEM;
    }
}
