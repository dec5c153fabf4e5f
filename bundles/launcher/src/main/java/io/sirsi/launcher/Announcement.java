package io.sirsi.launcher;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.Properties;

/**
 * What a ready node says about itself in its ports file.
 *
 * @param pid its process
 * @param version its version
 * @param startedAt when its JVM started
 * @param sshHost address of the shell
 * @param sshPort port of the shell
 * @param jmxUrl what a JMX client connects to; empty where JMX did not open
 * @param jmxTrouble why JMX did not open, as a part of a sentence; empty where it did
 */
public record Announcement(
        long pid,
        String version,
        Instant startedAt,
        String sshHost,
        int sshPort,
        String jmxUrl,
        String jmxTrouble) {

    /** Reads the file; empty when there is none, or when it is not one of ours. */
    public static Optional<Announcement> read(Path file) {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
            return Optional.of(
                    new Announcement(
                            Long.parseLong(properties.getProperty("pid")),
                            properties.getProperty("version", "unknown"),
                            Instant.parse(properties.getProperty("started.at")),
                            properties.getProperty("ssh.host", "127.0.0.1"),
                            Integer.parseInt(properties.getProperty("ssh.port")),
                            properties.getProperty("jmx.url", ""),
                            properties.getProperty("jmx.trouble", "")));
        } catch (NoSuchFileException none) {
            return Optional.empty();
        } catch (IOException | RuntimeException unreadable) {
            return Optional.empty();
        }
    }

    /** {@return where the doors are, for people} */
    String doors() {
        return "ssh "
                + sshHost
                + ":"
                + sshPort
                + (jmxTrouble.isEmpty()
                        ? ", jmx " + jmxUrl
                        : ", but no jmx, as "
                                + jmxTrouble
                                + " (./sirsi down and ./sirsi up try again)");
    }
}
