package io.sirsi.security.shiro.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccountFileTest {

    private final ManualNanos nanos = new ManualNanos();
    @TempDir Path folder;
    private Path path;
    private AccountFile file;

    @BeforeEach
    void set_up() {
        path = folder.resolve("accounts");
        file = new AccountFile(path, nanos);
    }

    private void write(String text, int time) throws IOException {
        Files.writeString(path, text);
        Files.setLastModifiedTime(path, FileTime.fromMillis(time));
    }

    private void second() {
        nanos.advance(Duration.ofSeconds(1));
    }

    @Test
    void a_missing_file_lets_nobody_in_and_is_read_when_it_appears() throws IOException {
        assertThat(file.accounts().size()).isZero();
        write("eve = roles=viewer", 1_000);
        assertThat(file.accounts().size()).isZero();
        second();
        assertThat(file.accounts().find("eve")).isPresent();
    }

    @Test
    void reads_a_change_after_a_second_and_not_before() throws IOException {
        write("eve = roles=viewer", 1_000);
        assertThat(file.accounts().find("eve").orElseThrow().roleWords()).isEqualTo("viewer");
        write("eve = roles=admin", 2_000);
        nanos.advance(Duration.ofMillis(999));
        assertThat(file.accounts().find("eve").orElseThrow().roleWords()).isEqualTo("viewer");
        nanos.advance(Duration.ofMillis(1));
        assertThat(file.accounts().find("eve").orElseThrow().roleWords()).isEqualTo("admin");
    }

    @Test
    void a_change_of_size_alone_is_a_change() throws IOException {
        write("eve = roles=viewer", 1_000);
        assertThat(file.accounts().size()).isEqualTo(1);
        write("eve = roles=viewer\nbob = roles=viewer", 1_000);
        second();
        assertThat(file.accounts().size()).isEqualTo(2);
    }

    @Test
    void does_not_read_again_what_did_not_change() throws IOException {
        write("eve = roles=viewer", 1_000);
        Accounts before = file.accounts();
        second();
        assertThat(file.accounts()).isSameAs(before);
    }

    @Test
    void a_deleted_file_closes_all_accounts() throws IOException {
        write("eve = roles=viewer", 1_000);
        assertThat(file.accounts().size()).isEqualTo(1);
        Files.delete(path);
        second();
        assertThat(file.accounts().size()).isZero();
        write("eve = roles=viewer", 1_000);
        second();
        assertThat(file.accounts().size()).isEqualTo(1);
    }

    @Test
    void a_folder_in_its_place_lets_nobody_in() throws IOException {
        Files.createDirectory(path);
        assertThat(file.accounts().size()).isZero();
    }

    @Test
    void a_huge_file_lets_nobody_in() throws IOException {
        write("eve = roles=admin\n" + "#".repeat(1 << 20), 1_000);
        assertThat(file.accounts().size()).isZero();
    }

    @Test
    void bytes_that_are_no_text_spoil_their_line_only() throws IOException {
        Files.write(
                path,
                new byte[] {
                    'a',
                    (byte) 0xff,
                    '=',
                    'x',
                    '\n',
                    'b',
                    '=',
                    'r',
                    'o',
                    'l',
                    'e',
                    's',
                    '=',
                    'v',
                    'i',
                    'e',
                    'w',
                    'e',
                    'r'
                });
        assertThat(file.accounts().size()).isEqualTo(1);
        assertThat(file.accounts().problems()).hasSize(1);
    }
}
