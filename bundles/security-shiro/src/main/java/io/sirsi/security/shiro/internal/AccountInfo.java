package io.sirsi.security.shiro.internal;

import java.util.Optional;
import org.apache.shiro.authc.AuthenticationInfo;
import org.apache.shiro.subject.PrincipalCollection;
import org.apache.shiro.subject.SimplePrincipalCollection;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a name that wants to log in. There is one for every name, so that a name without
 * an account takes the same way, and the same time, as one with.
 */
final class AccountInfo implements AuthenticationInfo {

    private static final long serialVersionUID = 1L;

    private final String name;
    private final transient @Nullable Account account;
    private final int iterations;

    AccountInfo(String name, Optional<Account> account, int iterations) {
        this.name = name;
        this.account = account.orElse(null);
        this.iterations = iterations;
    }

    Optional<Account> account() {
        return Optional.ofNullable(account);
    }

    /** {@return how many iterations the check of a password has to cost} */
    int iterations() {
        return iterations;
    }

    @Override
    public PrincipalCollection getPrincipals() {
        return new SimplePrincipalCollection(name, AccountRealm.NAME);
    }

    /** {@return itself: only {@link AccountRealm} compares} */
    @Override
    public Object getCredentials() {
        return this;
    }
}
