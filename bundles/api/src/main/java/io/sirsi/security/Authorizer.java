package io.sirsi.security;

import java.util.Set;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Decides whether a caller may do something. Deny by default: an unknown account, an unknown role
 * or an unreadable rule is a no. Without this service no door opens. Implementations are
 * thread-safe and answer within milliseconds from what they hold in memory; they never throw.
 */
@ProviderType
public interface Authorizer {

    /**
     * Decides.
     *
     * @param caller who asks
     * @param permission what for, without wildcards
     * @return yes, or no with the reason
     */
    Decision decide(Caller caller, Permission permission);

    /**
     * Lists what an account has been given, wildcards included.
     *
     * @param caller who
     * @return the permissions; empty for an unknown account
     */
    Set<Permission> permissionsOf(Caller caller);
}
