package io.sirsi.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LauncherStatusTest {

    @TempDir private Path folder;

    @Test
    void a_node_that_is_down_is_told_with_the_command_that_starts_it() {
        Places places = new Places(folder, folder.resolve("data"));

        assertThat(Launcher.Status.text(places, Optional.empty(), Optional.empty(), Instant.EPOCH))
                .startsWith("node is down, data in " + places.data())
                .endsWith("; start it with ./sirsi up");
    }
}
