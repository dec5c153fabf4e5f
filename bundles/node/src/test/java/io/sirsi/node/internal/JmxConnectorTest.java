package io.sirsi.node.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.rmi.registry.LocateRegistry;
import java.rmi.registry.Registry;
import java.rmi.server.UnicastRemoteObject;
import java.util.ArrayList;
import java.util.List;
import javax.management.MBeanServer;
import javax.management.MBeanServerFactory;
import javax.management.ObjectName;
import javax.management.remote.JMXConnectorServer;
import javax.management.remote.JMXConnectorServerFactory;
import javax.management.remote.JMXServiceURL;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class JmxConnectorTest {

    private final MBeanServer server = MBeanServerFactory.newMBeanServer();
    private final List<Registry> registries = new ArrayList<>();
    private final JmxConnector connector = new JmxConnector(server, () -> registries);
    private Registry own;

    @BeforeEach
    void openARegistry() throws IOException {
        own = LocateRegistry.createRegistry(0);
        registries.add(own);
    }

    @AfterEach
    void closeIt() throws IOException {
        UnicastRemoteObject.unexportObject(own, true);
    }

    @Test
    void it_is_open_while_a_connector_is_active() throws Exception {
        JMXConnectorServer real =
                JMXConnectorServerFactory.newJMXConnectorServer(
                        new JMXServiceURL("service:jmx:rmi://"), null, null);
        assertThat(connector.isOpen()).isFalse();

        server.registerMBean(real, new ObjectName("connector:name=rmi"));
        assertThat(connector.isOpen()).as("registered, not started").isFalse();

        real.start();
        try {
            assertThat(connector.isOpen()).isTrue();

            registries.set(0, LocateRegistry.getRegistry("127.0.0.1", 1));
            assertThat(connector.isOpen()).as("in the registry of a stranger").isFalse();
            try (ServerSocket other = taken()) {
                int port = other.getLocalPort();
                assertThat(connector.stranger(doors(port, port)))
                        .as("the port of an active connector is its own")
                        .hasValueSatisfying(why -> assertThat(why).contains("the JMX registry"));
            }
            registries.set(0, own);
        } finally {
            real.stop();
        }
        assertThat(connector.isOpen()).isFalse();
    }

    @Test
    void the_port_that_is_taken_is_named_the_servers_before_the_registrys() throws IOException {
        try (ServerSocket registry = taken();
                ServerSocket other = taken()) {
            assertThat(connector.stranger(doors(registry.getLocalPort(), other.getLocalPort())))
                    .contains(
                            "port "
                                    + other.getLocalPort()
                                    + " for the JMX server is taken by another process");
            assertThat(connector.stranger(doors(registry.getLocalPort(), free())))
                    .as("the registry is ours")
                    .isEmpty();

            registries.clear();

            assertThat(connector.stranger(doors(registry.getLocalPort(), free())))
                    .contains(
                            "port "
                                    + registry.getLocalPort()
                                    + " for the JMX registry is taken by another process");
            assertThat(connector.stranger(doors(free(), free()))).isEmpty();
        }
    }

    private static int free() throws IOException {
        try (ServerSocket once = taken()) {
            return once.getLocalPort();
        }
    }

    private static ServerSocket taken() throws IOException {
        return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    }

    private static Doors doors(int registry, int server) {
        return new Doors("127.0.0.1", 1, "127.0.0.1", registry, server, "");
    }
}
