package io.sirsi.node.internal;

import io.sirsi.hypervisor.HypervisorAccess;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.RuntimeMXBean;
import java.nio.file.Path;
import java.rmi.registry.Registry;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.karaf.features.BootFinished;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Announces this node when all that it needs is there: the boot features are installed, the
 * referenced services live, and the shell's port greets. A JMX door that does not open a while
 * after is announced as shut, with the reason, and as open should it open later. It takes the
 * announcement back when any of what it needs goes, or the node stops.
 */
@Component(
        service = {},
        immediate = true,
        configurationPid = "io.sirsi.node")
@Designate(ocd = NodeReadiness.Config.class)
public final class NodeReadiness {

    /** Configuration {@code io.sirsi.node}. */
    @ObjectClassDefinition(
            id = "io.sirsi.node",
            name = "Node",
            description = "How a ready node announces itself.")
    public @interface Config {

        /** The file that says that the node is ready, and where its doors are. */
        @AttributeDefinition(
                name = "Ports file",
                description = "file that announces the ready node, relative to the data folder")
        String portsFile() default "ports.properties";

        /** How long to wait between two looks at the shell's port, in milliseconds, 1 or more. */
        @AttributeDefinition(
                name = "Probe interval",
                description = "milliseconds between two looks at the shell's port")
        long probeIntervalMs() default 20;

        /**
         * How long to look at the shell's port before the node is reported as not ready, in
         * milliseconds.
         */
        @AttributeDefinition(
                name = "Probe deadline",
                description = "milliseconds until the node is reported not ready")
        long probeDeadlineMs() default 60_000;
    }

    private static final Logger LOG = LoggerFactory.getLogger(NodeReadiness.class);

    private static final Duration GREETING_PATIENCE = Duration.ofSeconds(2);
    private static final Duration JMX_LOOK = Duration.ofSeconds(1);
    private static final Duration JMX_PATIENCE = Duration.ofSeconds(5);

    private final ConfigurationAdmin configurations;
    private final ShellStreams streams;
    private final JmxConnector jmx;
    private final String version;
    private final PortsFile file;
    private final Duration interval;
    private final Duration deadline;
    private final Thread watcher;

    /**
     * @param booted says that the boot features are installed; awaited, not called
     * @param hypervisor what every door leads to; awaited, not called
     * @param streams says that the shell has settled
     * @param configurations where the ports of the doors stand
     * @param context gives the version of this bundle, which is the version of the platform
     * @param config see {@link Config}
     */
    @Activate
    public NodeReadiness(
            @Reference BootFinished booted,
            @Reference HypervisorAccess hypervisor,
            @Reference ShellStreams streams,
            @Reference ConfigurationAdmin configurations,
            BundleContext context,
            Config config) {
        this.configurations = configurations;
        this.streams = streams;
        this.jmx =
                new JmxConnector(
                        ManagementFactory.getPlatformMBeanServer(), () -> registries(context));
        this.version = context.getBundle().getVersion().toString();
        this.file = new PortsFile(dataFolder(context).resolve(config.portsFile()));
        this.interval = Duration.ofMillis(config.probeIntervalMs());
        this.deadline = Duration.ofMillis(config.probeDeadlineMs());
        this.watcher = new Thread(this::announceWhenReady, "sirsi-node-ready");
        watcher.setDaemon(true);
        watcher.start();
    }

    private void announceWhenReady() {
        long end = System.nanoTime() + deadline.toNanos();
        try {
            Optional<Doors> opened = awaitShell(end);
            if (opened.isPresent()) {
                awaitJmx(opened.get(), end);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /** {@return the doors once the shell greets; empty if it did not in time} */
    private Optional<Doors> awaitShell(long end) throws InterruptedException {
        String missing = "the shell's port did not greet";
        while (System.nanoTime() < end) {
            try {
                Doors doors = Doors.of(configurations);
                if (streams.settled()
                        && SshGreeting.heardFrom(
                                doors.sshHost(), doors.sshPort(), GREETING_PATIENCE)) {
                    return Optional.of(doors);
                }
                missing = "no SSH server answers on " + doors.sshHost() + ":" + doors.sshPort();
            } catch (IOException | IllegalStateException e) {
                missing = String.valueOf(e.getMessage());
            }
            Thread.sleep(interval.toMillis());
        }
        LOG.error("the node is not ready after {} ms: {}", deadline.toMillis(), missing);
        return Optional.empty();
    }

    /**
     * A node without JMX is of use; but nobody is told that it has it. Karaf starts its management
     * twice, as its configuration comes twice, and now and then the second start fails on what is
     * left of the first: then it may try again.
     */
    private void awaitJmx(Doors doors, long end) throws InterruptedException {
        long begin = System.nanoTime();
        long nextLook = begin + JMX_LOOK.toNanos();
        boolean announced = false;
        while (!jmx.isOpen()) {
            long now = System.nanoTime();
            if (now >= nextLook) {
                nextLook = now + JMX_LOOK.toNanos();
                Optional<String> stranger = jmx.stranger(doors);
                if (announced && now >= end) {
                    return;
                }
                if (!announced && now - begin >= JMX_PATIENCE.toNanos()) {
                    String trouble = stranger.orElse("it did not start (the log says why)");
                    LOG.error("the JMX door did not open: {}", trouble);
                    write(doors, trouble);
                    announced = true;
                } else if (!announced && stranger.isEmpty()) {
                    startJmxAgain();
                }
            }
            Thread.sleep(interval.toMillis());
        }
        write(doors, "");
    }

    /** Its configuration comes once more, unchanged. */
    private void startJmxAgain() {
        LOG.info("JMX did not start; starting it again");
        try {
            configurations.getConfiguration(Doors.JMX_PID, null).update();
        } catch (IOException e) {
            LOG.warn("JMX cannot be started again ({})", e.toString());
        }
    }

    private static List<Registry> registries(BundleContext context) {
        try {
            return context.getServiceReferences(Registry.class, null).stream()
                    .map(context::getService)
                    .filter(Objects::nonNull)
                    .toList();
        } catch (InvalidSyntaxException impossible) {
            throw new IllegalStateException(impossible); // there is no filter
        }
    }

    private static Path dataFolder(BundleContext context) {
        String folder = context.getProperty("karaf.base");
        return Path.of(folder == null ? "" : folder);
    }

    private void write(Doors doors, String jmxTrouble) {
        try {
            announce(doors, jmxTrouble);
        } catch (IOException e) {
            LOG.error(
                    "the node is ready, but {} cannot be written ({}): make room there and restart",
                    file,
                    e.toString());
        }
    }

    private void announce(Doors doors, String jmxTrouble) throws IOException {
        RuntimeMXBean process = ManagementFactory.getRuntimeMXBean();
        Instant started = Instant.ofEpochMilli(process.getStartTime());
        Instant ready = Instant.now();
        Map<String, String> entries = new LinkedHashMap<>();
        entries.put("pid", Long.toString(process.getPid()));
        entries.put("version", version);
        entries.put("started.at", started.toString());
        entries.put("ready.at", ready.toString());
        entries.put("ssh.host", doors.sshHost());
        entries.put("ssh.port", Integer.toString(doors.sshPort()));
        entries.put("jmx.registry.port", Integer.toString(doors.jmxRegistryPort()));
        entries.put("jmx.server.port", Integer.toString(doors.jmxServerPort()));
        if (jmxTrouble.isEmpty()) {
            entries.put("jmx.url", doors.jmxUrl());
        } else {
            entries.put("jmx.trouble", jmxTrouble);
        }
        file.write(entries);
        LOG.info(
                "node {} is ready {} ms after its start: shell on {}:{}, JMX on {}",
                version,
                Duration.between(started, ready).toMillis(),
                doors.sshHost(),
                doors.sshPort(),
                jmxTrouble.isEmpty() ? doors.jmxUrl() : "no port");
    }

    @Deactivate
    void stop() throws InterruptedException {
        watcher.interrupt();
        watcher.join(deadline.toMillis());
        try {
            file.remove();
        } catch (IOException e) {
            LOG.warn("could not remove {} ({}); remove it by hand", file, e.toString());
        }
    }
}
