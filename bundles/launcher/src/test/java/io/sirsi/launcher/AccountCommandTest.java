package io.sirsi.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AccountCommandTest {

    @TempDir private Path etc;

    @Test
    void a_password_is_read_from_the_pipe_and_only_its_hash_is_kept() throws Exception {
        assertThat(run("correct horse battery\n", "add", "eve", "--role", "viewer", "--password"))
                .isEqualTo("account 'eve' may log in as viewer");

        String line = lines().get(lines().size() - 1);
        assertThat(line)
                .matches(
                        "eve = roles=viewer;password=\\$pbkdf2-sha512\\$210000\\$[A-Za-z0-9+/]{22}==\\$[A-Za-z0-9+/]{86}==")
                .doesNotContain("horse");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                .isEqualTo("rw-------");
    }

    @Test
    void a_key_is_taken_from_its_file_without_the_comment() throws Exception {
        Path key = etc.resolve("eve.pub");
        Files.writeString(key, "ecdsa-sha2-nistp256 AAAA eve@example\n");

        assertThat(run("", "add", "eve", "--role", "operator", "--key", key.toString()))
                .contains("may log in as operator", "--user eve --key " + etc.resolve("eve") + " ");

        assertThat(lines()).contains("eve = roles=operator;key=ecdsa-sha2-nistp256 AAAA");
    }

    @Test
    void adding_again_replaces_and_removing_closes_and_others_stay() throws Exception {
        new Accounts(etc).admit("TYPE BASE64 comment");
        run("correct horse battery\n", "add", "eve", "--role", "viewer", "--password");
        run("correct horse battery\n", "add", "eve", "--role", "admin", "--password");
        assertThat(run("", "list").lines())
                .containsExactly("admin  admin  key", "eve  admin  password");

        run("", "remove", "eve");

        assertThat(run("", "list").lines()).containsExactly("admin  admin  key");
    }

    @Test
    void the_launchers_own_account_and_the_platforms_cannot_be_touched() {
        for (String name : List.of("admin", "system", "anonymous", "a b", "x=y", "")) {
            assertThatThrownBy(
                            () ->
                                    run(
                                            "correct horse battery\n",
                                            "add",
                                            name,
                                            "--role",
                                            "viewer",
                                            "--password"))
                    .isInstanceOf(Refusal.class)
                    .hasMessageContaining("'" + name + "'");
        }
        assertThat(file()).doesNotExist();
    }

    @Test
    void what_makes_no_sense_is_named() {
        assertThatThrownBy(() -> run("", "add", "eve", "--role", "king", "--password"))
                .hasMessageContaining("0");
        assertThatThrownBy(
                        () ->
                                run(
                                        "correct horse battery\n",
                                        "add",
                                        "eve",
                                        "--role",
                                        "king",
                                        "--password"))
                .hasMessageContaining("'king'");
        assertThatThrownBy(() -> run("short\n", "add", "eve", "--role", "viewer", "--password"))
                .hasMessageContaining("at least 12");
        assertThatThrownBy(() -> run("", "add", "eve", "--role", "viewer"))
                .hasMessageContaining("--key");
        assertThatThrownBy(() -> run("", "add", "eve", "--role", "viewer", "--key", "/nowhere.pub"))
                .hasMessageContaining("/nowhere.pub");
        assertThatThrownBy(() -> run("", "remove", "eve")).hasMessageContaining("no account 'eve'");
        assertThatThrownBy(() -> run("", "dance")).hasMessageContaining("account needs");
    }

    private String run(String piped, String... words) throws IOException {
        return new AccountCommand(
                        new Accounts(etc),
                        new ByteArrayInputStream(piped.getBytes(StandardCharsets.UTF_8)))
                .run(new Options(List.of(words)));
    }

    private List<String> lines() throws IOException {
        return Files.readAllLines(file());
    }

    private Path file() {
        return etc.resolve("io.sirsi.accounts.properties");
    }
}
