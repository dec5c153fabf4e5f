package io.sirsi.security.shiro.internal;

import io.sirsi.security.Permission;
import java.nio.file.Path;
import java.security.PublicKey;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.shiro.authc.AuthenticationException;
import org.apache.shiro.authc.AuthenticationInfo;
import org.apache.shiro.authc.AuthenticationToken;
import org.apache.shiro.authc.UsernamePasswordToken;
import org.apache.shiro.authz.AuthorizationInfo;
import org.apache.shiro.authz.SimpleAuthorizationInfo;
import org.apache.shiro.realm.AuthorizingRealm;
import org.apache.shiro.subject.PrincipalCollection;
import org.apache.shiro.subject.SimplePrincipalCollection;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.metatype.annotations.Designate;

/**
 * The realm over the account file: authenticates by password or public key, and knows what an
 * account's roles permit. Used without a Shiro security manager: there are no Shiro sessions, no
 * caches and no threads here. Thread-safe.
 */
@Component(service = AccountRealm.class, configurationPid = "io.sirsi.security.shiro")
@Designate(ocd = SecurityConfig.class)
public final class AccountRealm extends AuthorizingRealm {

    static final String NAME = "accounts";

    private final AccountFile file;
    private final RolePermissions permissions;
    private final PasswordVerifier passwords;

    /**
     * Begins with the accounts of the data folder.
     *
     * @param context knows where the data folder is
     * @param config see there
     */
    @Activate
    public AccountRealm(BundleContext context, SecurityConfig config) {
        this(
                new AccountFile(fileOf(context, config), System::nanoTime),
                RolePermissions.of(config),
                KeyDerivation.PBKDF2);
    }

    AccountRealm(AccountFile file, RolePermissions permissions, KeyDerivation derivation) {
        this.file = file;
        this.permissions = permissions;
        this.passwords = new PasswordVerifier(derivation);
        setName(NAME);
        setCachingEnabled(false);
        setPermissionResolver(ShiroPermission::of);
        setCredentialsMatcher((token, info) -> matches(token, (AccountInfo) info));
        file.accounts();
    }

    private static Path fileOf(BundleContext context, SecurityConfig config) {
        String data = context.getProperty("sirsi.data");
        if (data == null || data.isBlank()) {
            throw new IllegalStateException(
                    "the system property sirsi.data is not set; start the node with ./sirsi up");
        }
        return Path.of(data).resolve(config.accountsFile());
    }

    /** {@return the account with exactly this name} */
    Optional<Account> account(String name) {
        return file.accounts().find(name);
    }

    /** {@return what the account has been given, wildcards included} */
    Set<Permission> permissionsOf(Account account) {
        return permissions.of(account);
    }

    /** {@return whether the account with this name may do it} */
    boolean permits(String name, Permission permission) {
        return isPermitted(
                new SimplePrincipalCollection(name, NAME), new ShiroPermission(permission));
    }

    /** {@return the account, if this is its password; costs the same whether or not} */
    Optional<Account> authenticate(String name, char[] password) {
        return authenticate(new UsernamePasswordToken(name, password));
    }

    /**
     * {@return the account, if this is one of its keys; whoever shows it must still sign with it}
     */
    Optional<Account> authenticate(String name, PublicKey key) {
        return authenticate(new PublicKeyToken(name, key));
    }

    /** Costs as much as {@link #authenticate(String, char[])} and finds out nothing. */
    void authenticateNobody(char[] password) {
        passwords.matches(password, Optional.empty(), file.accounts().iterations());
    }

    private Optional<Account> authenticate(AuthenticationToken token) {
        try {
            AuthenticationInfo info = getAuthenticationInfo(token);
            return info instanceof AccountInfo known ? known.account() : Optional.empty();
        } catch (AuthenticationException wrong) {
            return Optional.empty();
        }
    }

    private boolean matches(AuthenticationToken token, AccountInfo info) {
        if (token instanceof UsernamePasswordToken typed) {
            return passwords.matches(
                    typed.getPassword(),
                    info.account().flatMap(Account::password),
                    info.iterations());
        }
        if (token instanceof PublicKeyToken shown) {
            return AuthorizedKey.of(shown.getCredentials())
                    .filter(key -> info.account().stream().anyMatch(a -> a.keys().contains(key)))
                    .isPresent();
        }
        return false;
    }

    @Override
    public boolean supports(AuthenticationToken token) {
        return token instanceof UsernamePasswordToken || token instanceof PublicKeyToken;
    }

    @Override
    protected AuthenticationInfo doGetAuthenticationInfo(AuthenticationToken token) {
        String name = String.valueOf(token.getPrincipal());
        Accounts accounts = file.accounts();
        return new AccountInfo(name, accounts.find(name), accounts.iterations());
    }

    @Override
    protected AuthorizationInfo doGetAuthorizationInfo(PrincipalCollection principals) {
        SimpleAuthorizationInfo info = new SimpleAuthorizationInfo();
        account(String.valueOf(principals.getPrimaryPrincipal()))
                .ifPresent(
                        account -> {
                            info.setRoles(
                                    account.roles().stream()
                                            .map(Role::word)
                                            .collect(Collectors.toSet()));
                            info.setObjectPermissions(
                                    permissionsOf(account).stream()
                                            .map(ShiroPermission::new)
                                            .collect(Collectors.toSet()));
                        });
        return info;
    }
}
