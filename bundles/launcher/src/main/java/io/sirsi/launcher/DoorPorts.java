package io.sirsi.launcher;

import java.io.IOException;
import java.io.Reader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/**
 * The ports on which the doors of a node will listen, all of loopback.
 *
 * @param ssh the shell
 * @param jmxRegistry the RMI registry of JMX
 * @param jmxServer the RMI server of JMX
 */
record DoorPorts(int ssh, int jmxRegistry, int jmxServer) {

    private static final byte[] LOOPBACK = {127, 0, 0, 1};

    /**
     * One door: the option and the variable that name its port, and where an operator may have
     * fixed it.
     */
    private record Door(String what, String option, String variable, String file, String key) {}

    private static final Door SSH =
            new Door(
                    "the shell",
                    "--ssh-port",
                    "SIRSI_SSH_PORT",
                    "org.apache.karaf.shell.cfg",
                    "sshPort");
    private static final Door REGISTRY =
            new Door(
                    "the JMX registry",
                    "--jmx-port",
                    "SIRSI_JMX_PORT",
                    "org.apache.karaf.management.cfg",
                    "rmiRegistryPort");
    private static final Door SERVER =
            new Door(
                    "the JMX server",
                    "--jmx-server-port",
                    "SIRSI_JMX_SERVER_PORT",
                    "org.apache.karaf.management.cfg",
                    "rmiServerPort");

    /**
     * Chooses: what the node's own configuration fixes, else the option, else the variable, else a
     * free port.
     *
     * @param options the options of the command line; the ones used are removed
     * @throws Refusal when a port is no port, or is taken
     */
    static DoorPorts choose(Options options, Map<String, String> environment, Path etc) {
        List<ServerSocket> held = new ArrayList<>();
        try {
            return new DoorPorts(
                    port(SSH, options, environment, etc, held),
                    port(REGISTRY, options, environment, etc, held),
                    port(SERVER, options, environment, etc, held));
        } finally {
            held.forEach(DoorPorts::release);
        }
    }

    private static int port(
            Door door,
            Options options,
            Map<String, String> environment,
            Path etc,
            List<ServerSocket> held) {
        String asked =
                options.value(door.option()).orElse(environment.getOrDefault(door.variable(), ""));
        String source =
                asked.equals(environment.get(door.variable())) ? door.variable() : door.option();
        String fixed = fixed(door, etc);
        if (!fixed.isEmpty()) {
            asked = fixed;
            source = door.key() + " in " + etc.resolve(door.file());
        }
        int port = asked.isEmpty() ? 0 : number(asked, door, source);
        try {
            ServerSocket socket = new ServerSocket();
            held.add(socket);
            socket.bind(new InetSocketAddress(InetAddress.getByAddress(LOOPBACK), port));
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new Refusal(
                    "port "
                            + port
                            + " for "
                            + door.what()
                            + " is taken by another process; set "
                            + source
                            + " to another one, or leave it out for a free one.");
        }
    }

    private static String fixed(Door door, Path etc) {
        Properties properties = new Properties();
        Path file = etc.resolve(door.file());
        if (Files.isReadable(file)) {
            try (Reader reader = Files.newBufferedReader(file)) {
                properties.load(reader);
            } catch (IOException e) {
                throw new Refusal(
                        "cannot read " + file + " (" + e.getMessage() + "); make it readable.");
            }
        }
        String value = properties.getProperty(door.key(), "").trim();
        return value.startsWith("${") ? "" : value;
    }

    private static int number(String text, Door door, String source) {
        try {
            int port = Integer.parseInt(text.trim());
            if (port >= 1 && port <= 65_535) {
                return port;
            }
        } catch (NumberFormatException notANumber) {
            // the sentence below says it
        }
        throw new Refusal(
                "'"
                        + text
                        + "' is no port for "
                        + door.what()
                        + "; set "
                        + source
                        + " to a number from 1 to 65535.");
    }

    private static void release(ServerSocket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new IllegalStateException("a socket that was never connected does not close", e);
        }
    }
}
