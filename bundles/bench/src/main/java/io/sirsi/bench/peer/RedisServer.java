package io.sirsi.bench.peer;

import io.sirsi.bench.harness.UnavailableException;
import io.sirsi.bench.harness.WorkFolder;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;

/** A Redis server of our own, on a free port, that forces its log before each answer. */
final class RedisServer implements AutoCloseable {

    private static final String HOST = "127.0.0.1";
    private static final int MOST_TRIES = 100;

    private final WorkFolder folder;
    private @Nullable Process process;
    private @Nullable Path files;
    private int port;
    private String version = "Redis";

    RedisServer(WorkFolder folder) {
        this.folder = folder;
    }

    String version() {
        return version;
    }

    void start() throws UnavailableException, IOException, InterruptedException {
        Path binary =
                onPath("redis-server")
                        .orElseThrow(() -> new UnavailableException("no redis-server on the PATH"));
        Path made = folder.fresh("redis");
        files = made;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        process =
                new ProcessBuilder(
                                List.of(
                                        binary.toString(),
                                        "--bind",
                                        HOST,
                                        "--port",
                                        Integer.toString(port),
                                        "--dir",
                                        made.toString(),
                                        "--appendonly",
                                        "yes",
                                        "--appendfsync",
                                        "always",
                                        "--save",
                                        ""))
                        .redirectErrorStream(true)
                        .redirectOutput(made.resolve("log").toFile())
                        .start();
        // Who presses Ctrl-C does not want it to go on.
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroy, "bench-redis-end"));
        awaitAnswer(process);
    }

    private void awaitAnswer(Process started) throws IOException, InterruptedException {
        Exception last = null;
        for (int tries = 0; tries < MOST_TRIES; tries++) {
            if (started.waitFor(50, TimeUnit.MILLISECONDS)) {
                throw new IOException("redis-server ended at once with " + started.exitValue());
            }
            try (Jedis connection = connect()) {
                String forced = connection.configGet("appendfsync").get("appendfsync");
                if (!"always".equals(forced)) {
                    throw new IOException("appendfsync is " + forced + " instead of always");
                }
                connection
                        .info("server")
                        .lines()
                        .filter(line -> line.startsWith("redis_version:"))
                        .findFirst()
                        .ifPresent(line -> version = "Redis " + line.substring(14).strip());
                return;
            } catch (JedisConnectionException | JedisDataException e) {
                last = e; // not there yet, or still loading
            }
        }
        throw new IOException("redis-server does not answer on port " + port, last);
    }

    Jedis connect() {
        return new Jedis(HOST, port, 30_000);
    }

    private static Optional<Path> onPath(String name) {
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
        return Stream.of(path.split(File.pathSeparator))
                .filter(part -> !part.isEmpty())
                .map(part -> Path.of(part).resolve(name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    @Override
    public void close() {
        Process running = process;
        try {
            if (running != null) {
                running.destroy();
                if (!running.waitFor(5, TimeUnit.SECONDS)) {
                    running.destroyForcibly().waitFor();
                }
            }
            process = null;
            Path left = files;
            if (left != null) {
                WorkFolder.remove(left);
            }
            files = null;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove the files of Redis", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
