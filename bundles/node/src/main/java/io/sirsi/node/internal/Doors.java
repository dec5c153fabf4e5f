package io.sirsi.node.internal;

import java.io.IOException;
import java.util.Dictionary;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;

/**
 * Where the doors of this node listen, as its configuration says: SSH for the shell, an RMI
 * registry and an RMI server for JMX.
 *
 * @param sshHost address of the shell
 * @param sshPort port of the shell, 1 to 65535
 * @param jmxHost address of the RMI registry and server
 * @param jmxRegistryPort port of the RMI registry, 1 to 65535
 * @param jmxServerPort port of the RMI server, 1 to 65535
 * @param jmxUrl what a JMX client connects to
 */
record Doors(
        String sshHost,
        int sshPort,
        String jmxHost,
        int jmxRegistryPort,
        int jmxServerPort,
        String jmxUrl) {

    private static final String SSH_PID = "org.apache.karaf.shell";

    /** The configuration of Karaf's management. */
    static final String JMX_PID = "org.apache.karaf.management";

    /**
     * Reads the doors from the configurations of Karaf's shell and management.
     *
     * @throws IOException when a configuration cannot be read
     * @throws IllegalStateException when a value is missing or is not a port; the message names PID
     *     and key
     */
    static Doors of(ConfigurationAdmin configurations) throws IOException {
        Dictionary<String, Object> ssh = properties(configurations, SSH_PID);
        Dictionary<String, Object> jmx = properties(configurations, JMX_PID);
        return new Doors(
                text(ssh, SSH_PID, "sshHost"),
                port(ssh, SSH_PID, "sshPort"),
                text(jmx, JMX_PID, "rmiServerHost"),
                port(jmx, JMX_PID, "rmiRegistryPort"),
                port(jmx, JMX_PID, "rmiServerPort"),
                text(jmx, JMX_PID, "serviceUrl"));
    }

    private static Dictionary<String, Object> properties(
            ConfigurationAdmin configurations, String pid) throws IOException {
        try {
            Configuration @Nullable [] found =
                    configurations.listConfigurations("(service.pid=" + pid + ")");
            if (found != null && found.length == 1) {
                return found[0].getProcessedProperties(null);
            }
        } catch (InvalidSyntaxException impossible) {
            throw new IllegalArgumentException("not a PID: " + pid, impossible);
        }
        throw new IllegalStateException(
                "there is no configuration " + pid + "; restore etc/" + pid + ".cfg");
    }

    private static String text(Dictionary<String, Object> properties, String pid, String key) {
        @Nullable Object value = properties.get(key);
        if (value == null || value.toString().isBlank()) {
            throw new IllegalStateException("etc/" + pid + ".cfg has no value for " + key);
        }
        return value.toString().trim();
    }

    private static int port(Dictionary<String, Object> properties, String pid, String key) {
        String value = text(properties, pid, key);
        try {
            int port = Integer.parseInt(value);
            if (port >= 1 && port <= 65_535) {
                return port;
            }
        } catch (NumberFormatException notANumber) {
            // the sentence below says it
        }
        throw new IllegalStateException(
                "etc/" + pid + ".cfg: " + key + " is not a port (1 to 65535): '" + value + "'");
    }
}
