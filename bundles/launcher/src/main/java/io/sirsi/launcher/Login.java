package io.sirsi.launcher;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.apache.sshd.common.config.keys.FilePasswordProvider;
import org.apache.sshd.common.util.io.resource.PathResource;
import org.apache.sshd.common.util.security.SecurityUtils;

/**
 * Who talks to the node: its administrator with the launcher's own key, or an account with a key of
 * its own.
 *
 * @param account the account
 * @param keyFile where its private key lies, for sentences
 * @param pair the key
 */
record Login(String account, Path keyFile, KeyPair pair) {

    private static final String USER = "SIRSI_USER";
    private static final String KEY = "SIRSI_KEY";
    private static final Set<PosixFilePermission> OTHERS =
            EnumSet.of(
                    PosixFilePermission.GROUP_READ,
                    PosixFilePermission.GROUP_WRITE,
                    PosixFilePermission.OTHERS_READ,
                    PosixFilePermission.OTHERS_WRITE);

    /**
     * Reads from the environment who talks; the options {@code --user} and {@code --key} of the
     * script are these variables.
     *
     * @param environment the variables
     * @param keys the folder with the administrator's key
     * @throws Refusal if only one of both is given, or the key cannot be used
     */
    static Login of(Map<String, String> environment, Path keys) {
        String user = environment.getOrDefault(USER, "");
        String key = environment.getOrDefault(KEY, "");
        if (user.isEmpty() && key.isEmpty()) {
            return administrator(keys);
        }
        if (user.isEmpty()) {
            throw new Refusal(
                    "the key '"
                            + key
                            + "' needs its account; name it with --user or "
                            + USER
                            + ".");
        }
        if (key.isEmpty()) {
            throw new Refusal(
                    "the account '"
                            + user
                            + "' needs its private key; name the file with --key or "
                            + KEY
                            + ".");
        }
        Path file = Path.of(key);
        return new Login(user, file, read(file));
    }

    /** {@return the administrator, with the key that the launcher made} */
    static Login administrator(Path keys) {
        AdminKey key = new AdminKey(keys);
        return new Login(Accounts.ADMIN, key.file(), key.load());
    }

    /** What is wrong with the key's text is not told: the sentence might have a part of it. */
    private static KeyPair read(Path file) {
        requirePrivate(file);
        try (InputStream in = Files.newInputStream(file)) {
            Iterable<KeyPair> pairs =
                    SecurityUtils.loadKeyPairIdentities(
                            null, new PathResource(file), in, FilePasswordProvider.EMPTY);
            if (pairs != null && pairs.iterator().hasNext()) {
                return pairs.iterator().next();
            }
        } catch (IOException | GeneralSecurityException | RuntimeException unusable) {
            // the sentence below says what is needed
        }
        throw new Refusal(
                "cannot use '"
                        + file
                        + "' as a private key: it must be one of OpenSSH or PEM, ECDSA or RSA, without a passphrase, such"
                        + " as ssh-keygen -t ecdsa -N '' makes.");
    }

    private static void requirePrivate(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new Refusal("there is no key '" + file + "'; name the file of a private key.");
        }
        Set<PosixFilePermission> permissions;
        try {
            permissions = Files.getPosixFilePermissions(file);
        } catch (IOException e) {
            throw new Refusal("cannot look at the key '" + file + "'; see its permissions.");
        }
        if (permissions.stream().anyMatch(OTHERS::contains)) {
            throw new Refusal(
                    "the key '"
                            + file
                            + "' is open to others than its owner ("
                            + PosixFilePermissions.toString(permissions)
                            + "); close it with chmod 600, and think about making a new one.");
        }
    }
}
