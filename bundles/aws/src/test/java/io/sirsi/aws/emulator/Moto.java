package io.sirsi.aws.emulator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A moto server: an emulator of AWS in Python, installed into a folder of the build and run on a
 * free port of the loopback interface. Closing it ends the process.
 */
public final class Moto implements AutoCloseable {

    /** The version that is installed. */
    public static final String VERSION = "5.2.5";

    private static final Duration INSTALL = Duration.ofMinutes(5);
    private static final Duration START = Duration.ofSeconds(60);

    private final Process process;
    private final URI endpoint;

    /** Ends the server with a JVM that is told to end before the test could. */
    private final Thread lastResort;

    private Moto(Process process, URI endpoint) {
        this.process = process;
        this.endpoint = endpoint;
        this.lastResort = new Thread(process::destroyForcibly, "moto-last-resort");
        Runtime.getRuntime().addShutdownHook(lastResort);
    }

    /**
     * Starts a server, after installing it if it is not in the folder yet.
     *
     * @param folder where it is, or goes
     * @return the server, ready
     * @throws EmulatorUnavailableException if it cannot be installed here
     * @throws InterruptedException if interrupted
     */
    public static Moto start(Path folder)
            throws EmulatorUnavailableException, InterruptedException {
        try {
            Path home = folder.toAbsolutePath();
            install(home);
            return run(home);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@return where it listens} */
    public URI endpoint() {
        return endpoint;
    }

    @Override
    public void close() {
        process.destroy();
        try {
            Runtime.getRuntime().removeShutdownHook(lastResort);
        } catch (IllegalStateException e) {
            // the JVM is ending already
        }
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private static synchronized void install(Path home)
            throws IOException, EmulatorUnavailableException, InterruptedException {
        Path done = home.resolve("moto-" + VERSION + ".installed");
        if (Files.exists(done)) {
            return;
        }
        if (Files.exists(home)) {
            try (Stream<Path> old = Files.walk(home)) {
                for (Path path : old.sorted((a, b) -> b.compareTo(a)).toList()) {
                    Files.delete(path);
                }
            }
        }
        Files.createDirectories(home);
        long deadline = System.nanoTime() + INSTALL.toNanos();
        Path log = home.resolve("install.log");
        step(log, deadline, List.of("python3", "-m", "venv", home.resolve("venv").toString()));
        step(
                log,
                deadline,
                List.of(
                        home.resolve("venv/bin/python").toString(),
                        "-m",
                        "pip",
                        "install",
                        "--quiet",
                        "--disable-pip-version-check",
                        "--retries",
                        "1",
                        "--timeout",
                        "20",
                        "moto[server]==" + VERSION));
        Files.createFile(done);
    }

    private static void step(Path log, long deadline, List<String> command)
            throws IOException, EmulatorUnavailableException, InterruptedException {
        Process process;
        try {
            process =
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                            .start();
        } catch (IOException e) {
            throw new EmulatorUnavailableException(
                    "moto cannot be installed: '" + command.get(0) + "' cannot be run");
        }
        if (!process.waitFor(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            throw new EmulatorUnavailableException(
                    "moto cannot be installed: not done after " + INSTALL.toSeconds() + " s");
        }
        if (process.exitValue() != 0) {
            List<String> lines = Files.readAllLines(log, StandardCharsets.UTF_8);
            String last =
                    lines.stream()
                            .filter(line -> line.startsWith("ERROR"))
                            .reduce((first, second) -> second)
                            .orElse(lines.isEmpty() ? "no output" : lines.get(lines.size() - 1));
            throw new EmulatorUnavailableException(
                    "moto " + VERSION + " cannot be installed from the Python index: " + last);
        }
    }

    private static Moto run(Path home) throws IOException, InterruptedException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        List<String> command = new ArrayList<>();
        command.add(home.resolve("venv/bin/python").toString());
        command.add(home.resolve("venv/bin/moto_server").toString());
        command.addAll(List.of("-H", "127.0.0.1", "-p", Integer.toString(port)));
        Path log = home.resolve("server-" + port + ".log");
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        URI endpoint = URI.create("http://127.0.0.1:" + port);
        Moto moto = new Moto(process, endpoint);
        long deadline = System.nanoTime() + START.toNanos();
        while (!moto.answers()) {
            if (!process.isAlive() || System.nanoTime() - deadline > 0) {
                moto.close();
                throw new IllegalStateException(
                        "moto did not start, see " + log + ": " + Files.readString(log));
            }
            Thread.sleep(100);
        }
        return moto;
    }

    private boolean answers() {
        try {
            HttpURLConnection connection =
                    (HttpURLConnection) endpoint.resolve("/moto-api/").toURL().openConnection();
            connection.setConnectTimeout(1000);
            connection.setReadTimeout(5000);
            try {
                return connection.getResponseCode() == 200;
            } finally {
                connection.disconnect();
            }
        } catch (IOException e) {
            return false;
        }
    }
}
