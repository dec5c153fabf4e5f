package io.sirsi.node.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SshGreetingTest {

    @ParameterizedTest
    @CsvSource({
        "SSH-2.0-SERVER,true",
        "SSH-1.5-SERVER,false",
        "HTTP/1.1 200 OK,false",
        "SSH,false"
    })
    void only_an_ssh_server_is_heard(String greeting, boolean heard) throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread answer = new Thread(() -> greet(server, greeting), "greeter");
            answer.start();
            assertThat(
                            SshGreeting.heardFrom(
                                    "127.0.0.1", server.getLocalPort(), Duration.ofSeconds(5)))
                    .isEqualTo(heard);
            answer.join();
        }
    }

    @Test
    void a_closed_port_is_silent() throws IOException {
        int port;
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = server.getLocalPort();
        }
        assertThat(SshGreeting.heardFrom("127.0.0.1", port, Duration.ofSeconds(5))).isFalse();
    }

    @Test
    void a_port_that_accepts_and_says_nothing_is_given_up() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThat(
                            SshGreeting.heardFrom(
                                    "127.0.0.1", server.getLocalPort(), Duration.ofMillis(50)))
                    .isFalse();
        }
    }

    private static void greet(ServerSocket server, String greeting) {
        try (Socket socket = server.accept()) {
            socket.getOutputStream().write((greeting + "\r\n").getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
