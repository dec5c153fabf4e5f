package io.sirsi.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The operating system's process of a node: alive, and certainly the node of this data folder. */
final class NodeProcess {

    private final ProcessHandle handle;

    private NodeProcess(ProcessHandle handle) {
        this.handle = handle;
    }

    /**
     * The first argument of the node's JVM. It tells the process of one data folder from all
     * others.
     */
    static String mark(Places places) {
        return "-Dsirsi.data=" + places.data();
    }

    /**
     * The running node of this data folder, if there is one. A file that a killed node left behind
     * counts for nothing.
     */
    static Optional<NodeProcess> find(Places places) {
        OptionalLong announced =
                Announcement.read(places.portsFile()).stream()
                        .mapToLong(Announcement::pid)
                        .findFirst();
        for (OptionalLong pid : Arrays.asList(written(places), announced)) {
            if (pid.isPresent()) {
                Optional<NodeProcess> process =
                        ProcessHandle.of(pid.getAsLong())
                                .filter(handle -> isNodeOf(handle, places))
                                .map(NodeProcess::new);
                if (process.isPresent()) {
                    return process;
                }
            }
        }
        return Optional.empty();
    }

    static NodeProcess remember(Process process, Places places) throws IOException {
        Files.writeString(file(places), process.pid() + "\n");
        return new NodeProcess(process.toHandle());
    }

    /** Forgets a process that is gone. */
    static void forget(Places places) {
        try {
            Files.deleteIfExists(file(places));
            Files.deleteIfExists(places.portsFile());
        } catch (IOException e) {
            throw new Refusal(
                    "cannot remove what an earlier node left in "
                            + places.data()
                            + " ("
                            + e.getMessage()
                            + "); remove ports.properties and run/node.pid there.");
        }
    }

    private static Path file(Places places) {
        return places.run().resolve("node.pid");
    }

    private static OptionalLong written(Places places) {
        try {
            return OptionalLong.of(Long.parseLong(Files.readString(file(places)).trim()));
        } catch (IOException | NumberFormatException none) {
            return OptionalLong.empty();
        }
    }

    private static boolean isNodeOf(ProcessHandle handle, Places places) {
        if (!handle.isAlive()) {
            return false;
        }
        return handle.info()
                .arguments()
                .map(arguments -> Arrays.asList(arguments).contains(mark(places)))
                .orElse(false);
    }

    long pid() {
        return handle.pid();
    }

    boolean isAlive() {
        return handle.isAlive();
    }

    /** Asks it to stop in good order, and waits. */
    boolean stop(Duration patience) throws InterruptedException {
        handle.destroy();
        try {
            handle.onExit().get(patience.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException stillThere) {
            return false;
        } catch (ExecutionException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** Resident memory in KiB, where the operating system tells. */
    OptionalLong residentKib() {
        try {
            return Files.readAllLines(Path.of("/proc/" + pid() + "/status")).stream()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .findFirst();
        } catch (IOException notLinux) {
            return OptionalLong.empty();
        }
    }
}
