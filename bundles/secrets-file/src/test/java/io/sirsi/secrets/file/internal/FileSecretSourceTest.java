package io.sirsi.secrets.file.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sirsi.failure.RefusedException;
import io.sirsi.failure.RefusedException.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FileSecretSourceTest {

    private static final String SECRET = "hunter22";

    @TempDir Path data;
    private Path folder;
    private FileSecretSource source;

    @BeforeEach
    void make() throws IOException {
        folder = Files.createDirectory(data.resolve("secrets"));
        source = new FileSecretSource(folder, Files.getOwner(folder));
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-------", "r--------"})
    void a_private_file_is_a_secret(String mode) throws IOException {
        write("api-token", SECRET, mode);
        assertThat(source.read("api-token")).contains(SECRET);
    }

    @Test
    void one_line_end_is_cut() throws IOException {
        write("a", SECRET + "\n", "rw-------");
        write("b", SECRET + "\r\n", "rw-------");
        write("c", " " + SECRET + "\n\n", "rw-------");
        write("d", "", "rw-------");
        assertThat(source.read("a")).contains(SECRET);
        assertThat(source.read("b")).contains(SECRET);
        assertThat(source.read("c")).contains(" " + SECRET + "\n");
        assertThat(source.read("d")).contains("");
    }

    @Test
    void a_change_is_seen_at_once() throws IOException {
        write("a", "one", "rw-------");
        assertThat(source.read("a")).contains("one");
        write("a", "two", "rw-------");
        assertThat(source.read("a")).contains("two");
    }

    @Test
    void what_is_not_there_is_no_secret() throws IOException {
        assertThat(source.read("a")).isEmpty();
        Files.delete(folder);
        assertThat(source.read("a")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "..",
                "../secrets/a",
                "/etc/passwd",
                "a/b",
                "a\0",
                "A",
                ".a",
                "-a",
                "é"
            })
    void a_name_that_is_none_is_refused(String name) {
        assertThatThrownBy(() -> source.read(name))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refusal -> assertThat(refusal.reason()).isEqualTo(Reason.INVALID));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rw-r-----",
                "rw----r--",
                "rw--w----",
                "rwx------",
                "rw-rw-rw-",
                "-w-------"
            })
    void a_file_that_others_may_read_or_change_is_refused(String mode) throws IOException {
        write("a", SECRET, mode);
        refuses("has another mode than 0600 or 0400: run chmod 600 on it.");
    }

    @Test
    void a_link_is_refused() throws IOException {
        write("b", SECRET, "rw-------");
        Files.createSymbolicLink(folder.resolve("a"), folder.resolve("b"));
        refuses("is a link, a folder or a device: put a plain file there.");
    }

    @Test
    void a_folder_is_refused() throws IOException {
        Files.createDirectory(folder.resolve("a"));
        refuses("is a link, a folder or a device: put a plain file there.");
    }

    @Test
    void a_file_of_somebody_else_is_refused() throws IOException {
        UserPrincipal node = () -> "sirsi";
        source = new FileSecretSource(folder, node);
        write("a", SECRET, "rw-------");
        refuses("not to the node's account: run chown sirsi on it.");
    }

    @Test
    void a_long_file_is_refused() throws IOException {
        write("a", "x".repeat(1 << 16), "rw-------");
        assertThat(source.read("a").orElseThrow()).hasSize(1 << 16);
        write("a", "x".repeat((1 << 16) + 1), "rw-------");
        refuses("has more than 65536 bytes: shorten it.");
    }

    @Test
    void what_is_not_text_is_refused() throws IOException {
        write("a", SECRET, "rw-------");
        Files.write(folder.resolve("a"), (SECRET + "\u00ff").getBytes(StandardCharsets.ISO_8859_1));
        refuses("is not text in UTF-8: write it anew.");
    }

    private void refuses(String end) {
        assertThatThrownBy(() -> source.read("a"))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refusal -> assertThat(refusal.reason()).isEqualTo(Reason.UNAVAILABLE))
                .hasMessageStartingWith("The secret " + folder.resolve("a") + " ")
                .hasMessageEndingWith(end)
                .hasMessageNotContaining(SECRET);
    }

    private void write(String name, String text, String mode) throws IOException {
        Path file = folder.resolve(name);
        Files.deleteIfExists(file);
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    }
}
