package io.sirsi.node.internal;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Optional;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.MalformedObjectNameException;
import javax.management.ObjectName;

/**
 * Karaf's connector for JMX, and why it is not there. Karaf tells nobody that a port of it was
 * taken: it logs that, and stays up without.
 */
final class JmxConnector {

    private final MBeanServer server;
    private final ObjectName connectors;

    /**
     * @param server where a connector registers itself
     */
    JmxConnector(MBeanServer server) {
        this.server = server;
        try {
            this.connectors = new ObjectName("connector:*");
        } catch (MalformedObjectNameException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** {@return whether clients can connect} */
    boolean isOpen() {
        return server.queryNames(connectors, null).stream().anyMatch(this::isActive);
    }

    private boolean isActive(ObjectName connector) {
        try {
            return Boolean.TRUE.equals(server.getAttribute(connector, "Active"));
        } catch (JMException gone) {
            return false;
        }
    }

    /**
     * {@return why it is not open, in a part of a sentence: of its two ports, the one that is
     * taken}
     *
     * @param doors where it was to listen
     */
    String trouble(Doors doors) {
        return taken(doors, doors.jmxServerPort(), "the JMX server")
                .or(() -> taken(doors, doors.jmxRegistryPort(), "the JMX registry"))
                .orElse("the log says why");
    }

    /** The registry may have its port already when the server finds that its own is taken. */
    private static Optional<String> taken(Doors doors, int port, String what) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(doors.jmxHost(), port));
            return Optional.empty();
        } catch (IOException refused) {
            return Optional.of("port " + port + " for " + what + " is taken by another process");
        }
    }
}
