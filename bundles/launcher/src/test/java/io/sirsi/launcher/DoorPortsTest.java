package io.sirsi.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DoorPortsTest {

    @TempDir private Path etc;

    @Test
    void three_different_free_ports_are_chosen_when_nobody_asks() {
        DoorPorts ports = choose(Map.of());
        assertThat(List.of(ports.ssh(), ports.jmxRegistry(), ports.jmxServer()))
                .doesNotHaveDuplicates()
                .allMatch(port -> port > 1023);
    }

    @Test
    void an_option_goes_before_a_variable() throws IOException {
        int option = free();
        DoorPorts ports =
                choose(
                        Map.of("SIRSI_SSH_PORT", Integer.toString(free())),
                        "--ssh-port",
                        "" + option);
        assertThat(ports.ssh()).isEqualTo(option);
    }

    @Test
    void what_the_operator_fixed_in_etc_goes_before_both() throws IOException {
        int fixed = free();
        Files.writeString(etc.resolve("org.apache.karaf.shell.cfg"), "sshPort = " + fixed + "\n");
        assertThat(choose(Map.of(), "--ssh-port=" + free()).ssh()).isEqualTo(fixed);
    }

    @Test
    void a_placeholder_in_etc_fixes_nothing() throws IOException {
        Files.writeString(
                etc.resolve("org.apache.karaf.shell.cfg"), "sshPort = ${sirsi.ssh.port}\n");
        assertThat(choose(Map.of()).ssh()).isPositive();
    }

    @Test
    void a_taken_port_is_named_with_who_asked_for_it() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(taken.getLocalPort());
            assertThatThrownBy(() -> choose(Map.of("SIRSI_JMX_SERVER_PORT", port)))
                    .isInstanceOf(Refusal.class)
                    .hasMessageContainingAll(
                            "port " + port, "the JMX server", "SIRSI_JMX_SERVER_PORT");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "65536", "-1", "many", "8101x"})
    void what_is_no_port_is_named(String text) {
        assertThatThrownBy(() -> choose(Map.of(), "--jmx-port", text))
                .isInstanceOf(Refusal.class)
                .hasMessageContainingAll("'" + text + "'", "--jmx-port", "1 to 65535");
    }

    private DoorPorts choose(Map<String, String> environment, String... words) {
        return DoorPorts.choose(new Options(List.of(words)), environment, etc);
    }

    private static int free() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
