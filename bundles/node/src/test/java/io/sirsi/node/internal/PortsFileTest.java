package io.sirsi.node.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PortsFileTest {

    @TempDir private Path folder;

    @Test
    void it_holds_the_entries_and_leaves_nothing_beside_it() throws IOException {
        Path path = folder.resolve("ports.properties");
        new PortsFile(path).write(Map.of("ssh.port", "8101"));
        assertThat(path).content().contains("ssh.port=8101\n");
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactly(path);
        }
    }

    @Test
    void it_replaces_what_an_earlier_node_left() throws IOException {
        Path path = folder.resolve("ports.properties");
        new PortsFile(path).write(Map.of("ssh.port", "8101", "more", "x"));
        new PortsFile(path).write(Map.of("ssh.port", "8102"));
        assertThat(path).content().contains("8102").doesNotContain("8101", "more");
    }

    @Test
    void removing_it_twice_is_no_failure() throws IOException {
        PortsFile file = new PortsFile(folder.resolve("ports.properties"));
        file.write(Map.of());
        file.remove();
        file.remove();
        assertThat(folder.resolve("ports.properties")).doesNotExist();
    }
}
