package io.sirsi.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnnouncementTest {

    @TempDir private Path folder;

    @Test
    void it_is_read_as_the_node_wrote_it() throws IOException {
        Path file =
                Files.writeString(
                        folder.resolve("ports.properties"),
                        "# comment\npid=42\nversion=0.1.0\nstarted.at=2026-11-22T10:00:00Z\nssh.host=127.0.0.1\nssh.port=8101\njmx.url=service:jmx:rmi://x\n");
        assertThat(Announcement.read(file))
                .contains(
                        new Announcement(
                                42,
                                "0.1.0",
                                Instant.parse("2026-11-22T10:00:00Z"),
                                "127.0.0.1",
                                8101,
                                "service:jmx:rmi://x",
                                ""));
    }

    @Test
    void a_door_that_is_shut_is_told_with_the_reason_in_place_of_its_address() throws IOException {
        Path file =
                Files.writeString(
                        folder.resolve("ports.properties"),
                        """
                        pid=42
                        version=0.1.0
                        started.at=2026-11-22T10:00:00Z
                        ssh.port=8101
                        jmx.trouble=port 9 for the JMX server is taken by another process
                        """);

        assertThat(Announcement.read(file).orElseThrow().doors())
                .startsWith(
                        "ssh 127.0.0.1:8101, but no jmx, as port 9 for the JMX server is taken");
    }

    @Test
    void there_is_none_without_a_file() {
        assertThat(Announcement.read(folder.resolve("ports.properties"))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "pid=x\n",
                "pid=1\nstarted.at=yesterday\nssh.port=1\n",
                "pid=1\nstarted.at=2026-11-22T10:00:00Z\n"
            })
    void half_a_file_is_none(String text) throws IOException {
        assertThat(Announcement.read(Files.writeString(folder.resolve("ports.properties"), text)))
                .isEmpty();
    }
}
