package io.sirsi.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.util.Map;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.writer.openssh.OpenSSHKeyEncryptionContext;
import org.apache.sshd.common.config.keys.writer.openssh.OpenSSHKeyPairResourceWriter;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoginTest {

    @TempDir private Path folder;

    private KeyPair pair;

    @BeforeEach
    void makeKeys() throws Exception {
        new AdminKey(folder).make();
        pair = KeyUtils.generateKeyPair("ecdsa-sha2-nistp384", 384);
    }

    @Test
    void without_a_word_it_is_the_administrator_with_the_launchers_key() {
        Login login = Login.of(Map.of(), folder);

        assertThat(login.account()).isEqualTo("admin");
        assertThat(login.keyFile()).isEqualTo(folder.resolve("admin.key"));
    }

    @Test
    void an_account_logs_in_with_the_key_in_its_file() throws Exception {
        Path key = key("rw-------", null);

        Login login = Login.of(Map.of("SIRSI_USER", "vera", "SIRSI_KEY", key.toString()), folder);

        assertThat(login.account()).isEqualTo("vera");
        assertThat(KeyUtils.compareKeyPairs(login.pair(), pair)).isTrue();
    }

    @Test
    void one_without_the_other_is_refused_with_the_option_that_is_missing() {
        assertRefused(Map.of("SIRSI_USER", "vera"), "'vera'", "--key", "SIRSI_KEY");
        assertRefused(Map.of("SIRSI_KEY", "x"), "'x'", "--user", "SIRSI_USER");
    }

    @Test
    void a_key_that_others_may_read_is_refused_with_the_command_that_closes_it() throws Exception {
        Path key = key("rw-r-----", null);

        assertRefused(user(key), "'" + key + "'", "rw-r-----", "chmod 600");
    }

    @Test
    void a_key_that_is_not_there_is_named() {
        Path none = folder.resolve("none");

        assertRefused(user(none), "there is no key '" + none + "'");
        assertRefused(user(folder), "there is no key '" + folder + "'");
    }

    @Test
    void what_is_no_private_key_is_named_without_a_word_of_it() throws Exception {
        Path key = key("rw-------", null);
        Files.writeString(
                key, "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n");

        assertThatThrownBy(() -> Login.of(user(key), folder))
                .isInstanceOf(Refusal.class)
                .hasMessageContainingAll("'" + key + "'", "passphrase", "ssh-keygen")
                .hasMessageNotContaining("c2VjcmV0");
    }

    @Test
    void a_key_with_a_passphrase_is_refused_and_says_what_is_needed() throws Exception {
        OpenSSHKeyEncryptionContext lock = new OpenSSHKeyEncryptionContext();
        lock.setPassword("correct horse battery");
        lock.setCipherType("256");

        assertRefused(user(key("rw-------", lock)), "without a passphrase", "ssh-keygen");
    }

    private void assertRefused(Map<String, String> environment, String... words) {
        assertThatThrownBy(() -> Login.of(environment, folder))
                .isInstanceOf(Refusal.class)
                .hasMessageContainingAll(words);
    }

    private static Map<String, String> user(Path key) {
        return Map.of("SIRSI_USER", "vera", "SIRSI_KEY", key.toString());
    }

    /** A file as ssh-keygen writes it; locked where there is a passphrase. */
    private Path key(String permissions, @Nullable OpenSSHKeyEncryptionContext lock)
            throws Exception {
        Path key = folder.resolve("vera.key");
        try (OutputStream out = Files.newOutputStream(key)) {
            OpenSSHKeyPairResourceWriter.INSTANCE.writePrivateKey(pair, "vera", lock, out);
        }
        return Files.setPosixFilePermissions(key, PosixFilePermissions.fromString(permissions));
    }
}
