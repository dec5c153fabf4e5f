package io.sirsi.security.shiro.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.Map;

/** The parts of one node's security, over an account file of its own. */
final class Node {

    final ManualNanos nanos = new ManualNanos();
    final CountingDerivation derivation = new CountingDerivation();
    final ListAuditTrail audit = new ListAuditTrail();
    final Path file;
    final AccountRealm realm;
    final LoginDesk desk;
    final ShiroAuthorizer authorizer;
    private int writes;

    Node(Path folder, String accounts, Map<String, Object> settings) {
        this.file = folder.resolve("io.sirsi.accounts.properties");
        write(accounts);
        SecurityConfig config = config(settings);
        this.realm =
                new AccountRealm(
                        new AccountFile(file, nanos), RolePermissions.of(config), derivation);
        this.desk = new LoginDesk(realm, audit, config, nanos);
        this.authorizer = new ShiroAuthorizer(realm);
    }

    Node(Path folder, String accounts) {
        this(folder, accounts, Map.of());
    }

    /** The configuration with its defaults, as DS would hand it over, but for some settings. */
    static SecurityConfig config(Map<String, Object> settings) {
        return (SecurityConfig)
                Proxy.newProxyInstance(
                        Node.class.getClassLoader(),
                        new Class<?>[] {SecurityConfig.class},
                        (proxy, method, arguments) ->
                                settings.getOrDefault(method.getName(), method.getDefaultValue()));
    }

    /** Writes the account file; the node sees it when it looks again. */
    void write(String accounts) {
        try {
            Files.writeString(file, accounts);
            writes++;
            Files.setLastModifiedTime(file, FileTime.fromMillis(1_000_000L * writes));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        nanos.advance(Duration.ofMillis(1_001));
    }
}
