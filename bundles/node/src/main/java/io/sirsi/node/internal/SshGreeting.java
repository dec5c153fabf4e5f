package io.sirsi.node.internal;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Asks a port whether an SSH server greets there. */
final class SshGreeting {

    private static final byte[] EXPECTED = "SSH-2.0-".getBytes(StandardCharsets.US_ASCII);

    private SshGreeting() {}

    /**
     * Connects once and reads the greeting; blocks for at most twice the patience.
     *
     * @return whether an SSH server answered; false also for a refused connection
     */
    static boolean heardFrom(String host, int port, Duration patience) {
        int millis = Math.toIntExact(patience.toMillis());
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(host, port), millis);
            socket.setSoTimeout(millis);
            InputStream in = socket.getInputStream();
            for (byte expected : EXPECTED) {
                if (in.read() != expected) {
                    return false;
                }
            }
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }
}
