package io.sirsi.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Where a node finds what it needs.
 *
 * @param home the distribution, only read
 * @param data everything that belongs to one node: configuration, keys, logs, state
 */
public record Places(Path home, Path data) {

    /** Makes both absolute. */
    public Places {
        home = home.toAbsolutePath().normalize();
        data = data.toAbsolutePath().normalize();
    }

    /** The configuration of this node. */
    public Path etc() {
        return data.resolve("etc");
    }

    /** Private and public keys. */
    public Path keys() {
        return data.resolve("keys");
    }

    /** Logs. */
    public Path log() {
        return data.resolve("log");
    }

    /** What can be made anew: bundle cache, temporary files, process id. */
    public Path run() {
        return data.resolve("run");
    }

    /** The announcement of a ready node. */
    public Path portsFile() {
        return data.resolve("ports.properties");
    }

    /** The log that tells why a node did not start. */
    public Path nodeLog() {
        return log().resolve("node.log");
    }

    /** What the JVM of the node prints. */
    public Path consoleLog() {
        return log().resolve("console.log");
    }

    /** What modules can be begun from, a folder for each language. */
    public Path templates() {
        return home.resolve("lib/sirsi/templates");
    }

    /**
     * Makes the folders that are missing; a data folder and a key folder made here are for their
     * owner alone.
     */
    void create() {
        try {
            makePrivate(data);
            makePrivate(keys());
            Files.createDirectories(etc());
            Files.createDirectories(log());
            Files.createDirectories(run().resolve("tmp"));
        } catch (IOException e) {
            throw new Refusal(
                    "cannot write to the data folder "
                            + data
                            + " ("
                            + e.getClass().getSimpleName()
                            + "); set SIRSI_DATA to a folder of yours.");
        }
    }

    private static void makePrivate(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(folder);
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        }
    }
}
