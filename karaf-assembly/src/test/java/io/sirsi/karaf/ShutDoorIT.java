package io.sirsi.karaf;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.rmi.registry.LocateRegistry;
import java.rmi.registry.Registry;
import java.rmi.server.UnicastRemoteObject;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A node whose JMX door does not open, since a stranger took the port after it was chosen. */
class ShutDoorIT {

    private final Node node = Node.fresh();

    @AfterEach
    void stop() {
        node.close();
    }

    @Test
    void a_port_of_jmx_that_a_stranger_took_is_told_by_up_and_status() throws Exception {
        int port = free();
        Process up = node.launcherInBackground("up", "--jmx-server-port", Integer.toString(port));
        awaitChosen();

        try (ServerSocket stranger = new ServerSocket()) {
            stranger.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));

            assertThat(said(up)).contains("node is up: ssh", sentence("server", port));
            assertThat(up.exitValue()).isZero();
            assertThat(node.launcher("status").out())
                    .contains(sentence("server", port))
                    .doesNotContain("service:jmx");
            assertThat(node.launcher("status", "--json").out())
                    .contains(
                            "\"state\":\"up\"", "\"jmxUrl\":\"\"", "\"jmxTrouble\":\"port " + port);
            assertThat(node.exec("hypervisor:whoami").exitCode()).isZero();
            assertThat(node.log()).contains("the JMX door did not open: port " + port);
        }
    }

    @Test
    void the_registry_of_a_stranger_is_no_open_door() throws Exception {
        int port = free();
        Process up = node.launcherInBackground("up", "--jmx-port", Integer.toString(port));
        awaitChosen();

        Registry stranger = LocateRegistry.createRegistry(port);
        try {
            assertThat(said(up)).contains("node is up: ssh", sentence("registry", port));
            assertThat(node.announcement().jmxUrl()).isEmpty();
        } finally {
            UnicastRemoteObject.unexportObject(stranger, true);
        }
    }

    private static String sentence(String what, int port) {
        return "but no jmx, as port "
                + port
                + " for the JMX "
                + what
                + " is taken by another process";
    }

    /** The launcher looks whether its ports are free before it starts the JVM of the node. */
    private void awaitChosen() throws InterruptedException {
        for (int i = 0; i < 2_000 && !Files.exists(node.data().resolve("run/node.pid")); i++) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
        assertThat(node.data().resolve("run/node.pid")).exists();
    }

    private static String said(Process up) throws IOException, InterruptedException {
        String said = new String(up.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(up.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return said;
    }

    private static int free() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
