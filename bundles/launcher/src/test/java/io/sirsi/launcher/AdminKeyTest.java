package io.sirsi.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.Signature;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdminKeyTest {

    @TempDir private Path folder;

    @Test
    void what_the_private_half_signs_the_public_half_verifies() throws Exception {
        AdminKey key = new AdminKey(folder);
        key.make();
        KeyPair pair = key.load();
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(pair.getPrivate());
        signature.update((byte) 1);
        byte[] signed = signature.sign();
        signature.initVerify(pair.getPublic());
        signature.update((byte) 1);
        assertThat(signature.verify(signed)).isTrue();
        assertThat(key.publicLine()).startsWith("ecdsa-sha2-nistp256 AAAA");
    }

    @Test
    void it_is_made_once_and_for_the_owner_alone() throws IOException {
        new AdminKey(folder).make();
        String first = new AdminKey(folder).publicLine();
        new AdminKey(folder).make();
        assertThat(new AdminKey(folder).publicLine()).isEqualTo(first);
        assertThat(
                        PosixFilePermissions.toString(
                                Files.getPosixFilePermissions(folder.resolve("admin.key"))))
                .isEqualTo("rw-------");
    }

    @Test
    void a_broken_key_is_named() throws IOException {
        new AdminKey(folder).make();
        Files.writeString(folder.resolve("admin.key"), "nonsense");
        assertThatThrownBy(() -> new AdminKey(folder).load())
                .isInstanceOf(Refusal.class)
                .hasMessageContaining(folder.resolve("admin.key").toString());
    }

    @Test
    void its_account_is_one_line_and_others_are_left_alone() throws IOException {
        Path file = folder.resolve("io.sirsi.accounts.properties");
        Files.writeString(
                file,
                "# mine\nvera = roles=viewer;key=x y\nadmin = roles=admin;key=old old\nadministrator = z\n");
        new Accounts(folder).admit("TYPE BASE64 comment");
        new Accounts(folder).admit("TYPE BASE64 comment");
        assertThat(file)
                .hasContent(
                        "# mine\nvera = roles=viewer;key=x y\nadministrator = z\nadmin = roles=admin;key=TYPE BASE64");
    }
}
