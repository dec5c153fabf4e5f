package io.sirsi.node.internal;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.rmi.NoSuchObjectException;
import java.rmi.registry.Registry;
import java.rmi.server.RemoteObject;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.MalformedObjectNameException;
import javax.management.ObjectName;

/**
 * Karaf's connector for JMX, and why it is not there. Karaf tells nobody that a port was taken: it
 * stays up without the connector, or enters it in the registry of the stranger who has the port.
 */
final class JmxConnector {

    private final MBeanServer server;
    private final ObjectName connectors;
    private final Supplier<List<Registry>> registries;

    /**
     * @param server where a connector registers itself
     * @param registries gives the registries that Karaf made or found
     */
    JmxConnector(MBeanServer server, Supplier<List<Registry>> registries) {
        this.server = server;
        this.registries = registries;
        try {
            this.connectors = new ObjectName("connector:*");
        } catch (MalformedObjectNameException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** {@return whether clients can connect} */
    boolean isOpen() {
        return isActive() && hasRegistry();
    }

    private boolean hasRegistry() {
        return registries.get().stream().anyMatch(JmxConnector::isOurs);
    }

    private boolean isActive() {
        return server.queryNames(connectors, null).stream().anyMatch(this::isActive);
    }

    /** One that lives in this process is not its own stub; the one of an earlier start is gone. */
    private static boolean isOurs(Registry registry) {
        try {
            return RemoteObject.toStub(registry) != registry;
        } catch (NoSuchObjectException gone) {
            return false;
        }
    }

    private boolean isActive(ObjectName connector) {
        try {
            return Boolean.TRUE.equals(server.getAttribute(connector, "Active"));
        } catch (JMException gone) {
            return false;
        }
    }

    /**
     * {@return which of its two ports a stranger has, as a part of a sentence; empty where none
     * has, and Karaf might as well try again}
     *
     * @param doors where it was to listen
     */
    Optional<String> stranger(Doors doors) {
        // An active connector has its own port, and a registry that is ours has its own.
        Optional<String> server =
                isActive()
                        ? Optional.empty()
                        : taken(doors, doors.jmxServerPort(), "the JMX server");
        return server.or(
                () ->
                        hasRegistry()
                                ? Optional.empty()
                                : taken(doors, doors.jmxRegistryPort(), "the JMX registry"));
    }

    private static Optional<String> taken(Doors doors, int port, String what) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(doors.jmxHost(), port));
            return Optional.empty();
        } catch (IOException refused) {
            return Optional.of("port " + port + " for " + what + " is taken by another process");
        }
    }
}
