package io.sirsi.node.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import javax.management.MBeanServer;
import javax.management.MBeanServerFactory;
import javax.management.ObjectName;
import javax.management.remote.JMXConnectorServer;
import javax.management.remote.JMXConnectorServerFactory;
import javax.management.remote.JMXServiceURL;
import org.junit.jupiter.api.Test;

class JmxConnectorTest {

    private final MBeanServer server = MBeanServerFactory.newMBeanServer();
    private final JmxConnector connector = new JmxConnector(server);

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
        } finally {
            real.stop();
        }
        assertThat(connector.isOpen()).isFalse();
    }

    @Test
    void the_port_that_is_taken_is_named_the_servers_before_the_registrys() throws IOException {
        try (ServerSocket registry = taken();
                ServerSocket other = taken()) {
            int free;
            try (ServerSocket once = taken()) {
                free = once.getLocalPort();
            }
            assertThat(connector.trouble(doors(registry.getLocalPort(), free)))
                    .isEqualTo(
                            "port "
                                    + registry.getLocalPort()
                                    + " for the JMX registry is taken by another process");
            assertThat(connector.trouble(doors(registry.getLocalPort(), other.getLocalPort())))
                    .startsWith("port " + other.getLocalPort() + " for the JMX server");
            assertThat(connector.trouble(doors(free, free))).isEqualTo("the log says why");
        }
    }

    private static ServerSocket taken() throws IOException {
        return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    }

    private static Doors doors(int registry, int server) {
        return new Doors("127.0.0.1", 1, "127.0.0.1", registry, server, "");
    }
}
