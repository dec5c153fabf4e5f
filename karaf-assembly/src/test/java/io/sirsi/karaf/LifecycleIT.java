package io.sirsi.karaf;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Starting and stopping nodes, in order and out of it. */
class LifecycleIT {

    private final Node node = Node.fresh();

    @AfterEach
    void stop() {
        node.close();
    }

    @Test
    void down_stops_the_node_and_takes_its_announcement_back() {
        node.up();
        long pid = node.pid();

        Outcome down = node.launcher("down");

        assertThat(down.exitCode()).as(down.toString()).isZero();
        assertThat(down.out()).isEqualTo("node is down (pid " + pid + ")\n");
        assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive)).isEmpty();
        assertThat(node.isAnnounced()).isFalse();
        assertThat(node.log()).doesNotContain("| ERROR |");
    }

    @Test
    void without_a_node_everything_says_so_in_one_sentence() {
        assertThat(node.launcher("status"))
                .satisfies(
                        status -> {
                            assertThat(status.exitCode()).isEqualTo(3);
                            assertThat(status.out().lines())
                                    .singleElement()
                                    .asString()
                                    .startsWith("node is down");
                        });
        for (String[] words :
                List.of(
                        new String[] {"down"},
                        new String[] {"exec", "shell:info"},
                        new String[] {"shell"})) {
            Outcome outcome = node.launcher(words);
            assertThat(outcome.exitCode()).isEqualTo(1);
            assertThat(outcome.err().lines()).singleElement().asString().contains("no node is up");
        }
    }

    @Test
    void two_nodes_with_two_data_folders_run_side_by_side() {
        try (Node other = Node.fresh()) {
            node.up();
            other.up();

            assertThat(other.pid()).isNotEqualTo(node.pid());
            assertThat(node.exec("shell:info").exitCode()).isZero();
            assertThat(other.exec("system:property karaf.base").out())
                    .contains(other.data().toString());

            assertThat(other.launcher("down").exitCode()).isZero();
            assertThat(node.launcher("status").exitCode()).isZero();
        }
    }

    @Test
    void after_kill_9_up_replaces_what_the_dead_node_left() throws Exception {
        node.up();
        long killed = node.pid();
        node.kill9();
        assertThat(node.isAnnounced()).isTrue();
        assertThat(node.launcher("status").exitCode()).isEqualTo(3);

        node.up();

        assertThat(node.pid()).isNotEqualTo(killed);
        assertThat(node.exec("bundle:list -t 0 --no-format").out()).contains("Sirsi Nexus :: Node");
    }

    @Test
    void a_file_that_names_a_foreign_process_is_not_believed() throws IOException {
        Files.createDirectories(node.data().resolve("run"));
        Files.writeString(
                node.data().resolve("run/node.pid"), ProcessHandle.current().pid() + "\n");
        Files.writeString(
                node.data().resolve("ports.properties"),
                "pid="
                        + ProcessHandle.current().pid()
                        + "\nversion=0\nstarted.at=2026-01-01T00:00:00Z\nssh.port=1\n");

        Outcome down = node.launcher("down");

        assertThat(down.exitCode()).isEqualTo(1);
        assertThat(down.err()).contains("no node is up");
    }

    @Test
    void a_taken_port_is_refused_by_its_number_and_a_free_one_is_used() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(taken.getLocalPort());

            Outcome ssh = node.tryUp("--ssh-port", port);
            assertThat(ssh.exitCode()).isEqualTo(1);
            assertThat(ssh.err().lines())
                    .singleElement()
                    .asString()
                    .contains("port " + port, "taken", "--ssh-port");

            Outcome jmx = node.launcher(Map.of("SIRSI_JMX_PORT", port), "up");
            assertThat(jmx.exitCode()).isEqualTo(1);
            assertThat(jmx.err().lines())
                    .singleElement()
                    .asString()
                    .contains("port " + port, "taken", "SIRSI_JMX_PORT");

            Files.createDirectories(node.etc());
            Path shell = node.etc().resolve("org.apache.karaf.shell.cfg");
            Files.writeString(
                    shell,
                    Files.readString(Node.home().resolve("etc/org.apache.karaf.shell.cfg"))
                            .replace("${sirsi.ssh.port}", port));
            Outcome fixed = node.tryUp();
            assertThat(fixed.exitCode()).isEqualTo(1);
            assertThat(fixed.err().lines())
                    .singleElement()
                    .asString()
                    .contains("port " + port, "taken", shell.toString());
            Files.delete(shell);
        }
        int free = freePort();
        node.up("--ssh-port", Integer.toString(free));
        assertThat(node.announcement().sshPort()).isEqualTo(free);
    }

    @Test
    void words_that_mean_nothing_are_named() {
        assertThat(node.tryUp("--ssh-port", "many").err()).contains("'many'", "1 to 65535");
        assertThat(node.tryUp("--ssh-port").err()).contains("--ssh-port needs a value");
        assertThat(node.tryUp("--fast").err()).contains("'--fast' is no option of up");
        assertThat(node.tryUp("--fast").exitCode()).isEqualTo(1);
        assertThat(node.launcher("fly").err()).contains("'fly' is no command");
    }

    @Test
    void a_node_that_cannot_start_says_why_and_where_to_look() throws IOException {
        Files.createDirectories(node.etc());
        Path options = node.etc().resolve("jvm.options");
        Files.copy(Node.home().resolve("etc/jvm.options"), options);
        Files.writeString(options, "-Xmx1k\n", StandardOpenOption.APPEND);

        Outcome up = node.tryUp();

        assertThat(up.exitCode()).isEqualTo(1);
        assertThat(up.err().lines())
                .singleElement()
                .asString()
                .startsWith("sirsi: the node stopped while it started:")
                .contains(node.data().resolve("log").toString());
    }

    @Test
    void a_feature_that_does_not_resolve_stops_the_start_with_its_name() throws IOException {
        Files.createDirectories(node.etc());
        Path features = node.etc().resolve("org.apache.karaf.features.cfg");
        Files.writeString(
                features,
                Files.readString(Node.home().resolve("etc/org.apache.karaf.features.cfg"))
                        .replace("featuresBoot = ", "featuresBoot = no-such-feature, "));

        Outcome up = node.tryUp();

        assertThat(up.exitCode()).as(up.toString()).isEqualTo(1);
        assertThat(up.err().lines())
                .singleElement()
                .asString()
                .contains("no-such-feature", "node.log");
    }

    @Test
    void two_starts_at_once_give_one_node() throws Exception {
        Process first = node.launcherInBackground("up");
        Process second = node.launcherInBackground("up");
        String said =
                new String(first.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                        + new String(
                                second.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(List.of(first.waitFor(), second.waitFor()))
                .as(said)
                .containsExactlyInAnyOrder(0, 1);
        assertThat(said).contains("node is up: ", "already up (pid " + node.pid() + ")");
    }

    @Test
    void a_file_that_the_operator_changed_is_kept() throws IOException {
        node.up();
        node.launcher("down");
        Path log = node.etc().resolve("org.ops4j.pax.logging.cfg");
        Path shell = node.etc().resolve("org.apache.karaf.shell.cfg");
        Files.writeString(log, "# mine\n", StandardOpenOption.APPEND);
        Files.delete(shell);

        node.up();

        assertThat(log).content().endsWith("# mine\n");
        assertThat(shell).exists();
        try (var files = Files.list(node.etc())) {
            assertThat(files).noneMatch(file -> file.toString().endsWith(".new"));
        }
    }

    @Test
    void a_data_folder_that_cannot_be_written_is_named() {
        Outcome up = node.launcher(Map.of("SIRSI_DATA", "/proc/nowhere"), "up");
        assertThat(up.exitCode()).isEqualTo(1);
        assertThat(up.err().lines())
                .singleElement()
                .asString()
                .contains("/proc/nowhere", "SIRSI_DATA");
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }
}
