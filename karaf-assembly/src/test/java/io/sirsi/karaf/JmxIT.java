package io.sirsi.karaf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import javax.management.MBeanServerConnection;
import javax.management.Notification;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The door for monitoring, over the network as a console would. */
class JmxIT {

    private static final String PASSWORD = "correct horse battery";

    private static Node node;

    @BeforeAll
    static void start() throws Exception {
        node = Node.fresh().up();
        node.passwordAccount("vera", "viewer", PASSWORD);
        node.passwordAccount("otto", "operator", PASSWORD);
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @Test
    void a_viewer_reads_the_four_views_and_the_metrics() throws Exception {
        try (JMXConnector connector = node.jmx(new String[] {"vera", PASSWORD})) {
            MBeanServerConnection server = connector.getMBeanServerConnection();
            Set<String> types =
                    server.queryNames(new ObjectName("io.sirsi:*"), null).stream()
                            .map(name -> name.getKeyProperty("type"))
                            .collect(Collectors.toSet());

            assertThat(types)
                    .contains("Hypervisor", "Agents", "Scheduler", "Sessions", "WasmModules");
            assertThat(server.getAttribute(name("Hypervisor"), "Version")).isEqualTo("0.1.0");
            assertThat(server.queryNames(new ObjectName("io.sirsi.metrics:*"), null)).isNotEmpty();
        }
    }

    @Test
    void a_viewer_may_not_spawn_and_the_audit_keeps_the_attempt() throws Exception {
        try (JMXConnector connector = node.jmx(new String[] {"vera", PASSWORD})) {
            MBeanServerConnection server = connector.getMBeanServerConnection();

            assertThatThrownBy(
                            () ->
                                    server.invoke(
                                            name("Agents"),
                                            "spawnAgent",
                                            new Object[] {"s-00000000000000000000000000", "host"},
                                            new String[] {"java.lang.String", "java.lang.String"}))
                    .rootCause()
                    .isInstanceOf(SecurityException.class)
                    .hasMessageContaining("vera")
                    .hasMessageContaining("agent:spawn:host");
        }
        assertThat(node.exec("audit:list --json").out())
                .contains("vera@jmx")
                .contains("agent:spawn:host")
                .contains("denied");
    }

    @Test
    void an_operator_works_and_hears_of_it_in_order() throws Exception {
        LinkedBlockingQueue<Notification> heard = new LinkedBlockingQueue<>();
        try (JMXConnector connector = node.jmx(new String[] {"otto", PASSWORD})) {
            MBeanServerConnection server = connector.getMBeanServerConnection();
            server.addNotificationListener(
                    name("Sessions"), (notification, none) -> heard.add(notification), null, null);

            Object session =
                    server.invoke(
                            name("Sessions"),
                            "openSession",
                            new Object[] {"by jmx"},
                            new String[] {"java.lang.String"});
            server.invoke(
                    name("Sessions"),
                    "closeSession",
                    new Object[] {session},
                    new String[] {"java.lang.String"});

            Notification first = heard.poll(10, TimeUnit.SECONDS);
            Notification second = heard.poll(10, TimeUnit.SECONDS);
            assertThat(first).isNotNull();
            assertThat(second).isNotNull();
            assertThat(second.getSequenceNumber()).isGreaterThan(first.getSequenceNumber());
        }
    }

    @Test
    void a_wrong_password_and_an_unknown_account_sound_alike() {
        String wrong = refusal("vera", "wrong horse battery!");
        String unknown = refusal("nobody", "wrong horse battery!");

        assertThat(wrong).isEqualTo(unknown);
    }

    private static String refusal(String name, String password) {
        try (JMXConnector connector = node.jmx(new String[] {name, password})) {
            throw new AssertionError(
                    name
                            + " was let in: "
                            + Arrays.toString(connector.getMBeanServerConnection().getDomains()));
        } catch (SecurityException refused) {
            return String.valueOf(refused.getMessage());
        } catch (java.io.IOException broken) {
            throw new AssertionError(broken);
        }
    }

    private static ObjectName name(String type)
            throws javax.management.MalformedObjectNameException {
        return new ObjectName("io.sirsi:type=" + type);
    }
}
