package io.sirsi.security.shiro.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Map;
import javax.management.AttributeNotFoundException;
import javax.management.MBeanServer;
import javax.management.MBeanServerConnection;
import javax.management.MBeanServerFactory;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorServer;
import javax.management.remote.JMXConnectorServerFactory;
import javax.management.remote.JMXServiceURL;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class JmxGateTest {

    private final MBeanServer server = MBeanServerFactory.newMBeanServer();
    private JMXConnectorServer connectors;
    private ObjectName connector;

    @BeforeEach
    void set_up() throws Exception {
        System.setProperty("java.rmi.server.hostname", "127.0.0.1");
        connector = new ObjectName("connector:name=rmi");
        connectors =
                JMXConnectorServerFactory.newJMXConnectorServer(
                        new JMXServiceURL("service:jmx:rmi://127.0.0.1"), Map.of(), server);
    }

    @AfterEach
    void tear_down() throws Exception {
        connectors.stop();
    }

    private JMXConnector client() throws IOException {
        JMXConnector client = connectors.toJMXConnector(Map.of());
        client.connect();
        return client;
    }

    private void nothing_can_be_created_or_removed() throws Exception {
        try (JMXConnector client = client()) {
            MBeanServerConnection remote = client.getMBeanServerConnection();
            ObjectName made = new ObjectName("x:type=MLet");
            assertThatThrownBy(() -> remote.createMBean("javax.management.loading.MLet", made))
                    .isInstanceOf(SecurityException.class)
                    .hasMessageContaining("not created or removed");
            assertThat(server.isRegistered(made)).isFalse();
            assertThatThrownBy(() -> remote.unregisterMBean(connector))
                    .isInstanceOf(SecurityException.class);
            assertThat(server.isRegistered(connector)).isTrue();
            assertThat(remote.getAttribute(connector, "Active")).isEqualTo(true);
            assertThatThrownBy(() -> remote.getAttribute(connector, "NoSuch"))
                    .isInstanceOf(AttributeNotFoundException.class);
        }
    }

    @Test
    void closes_a_connector_that_is_there_already() throws Exception {
        server.registerMBean(connectors, connector);
        connectors.start();
        JmxGate gate = new JmxGate(server);
        nothing_can_be_created_or_removed();
        gate.stop();
        nothing_can_be_created_or_removed();
    }

    @Test
    void closes_a_connector_that_comes_later_before_it_starts() throws Exception {
        JmxGate gate = new JmxGate(server);
        server.registerMBean(connectors, connector);
        connectors.start();
        nothing_can_be_created_or_removed();
        gate.stop();
    }

    @Test
    void is_needed_as_a_connector_without_it_lets_everyone_create_mbeans() throws Exception {
        connectors.start();
        try (JMXConnector client = client()) {
            ObjectName made = new ObjectName("x:type=MLet");
            client.getMBeanServerConnection().createMBean("javax.management.loading.MLet", made);
            assertThat(server.isRegistered(made)).isTrue();
        }
    }
}
