package io.sirsi.crashtest;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The victim's one connection to the sink: what its agents say arrives in the order in which they
 * said it. Thread-safe.
 */
final class SinkClient implements AutoCloseable {

    private final Socket socket;
    private final OutputStream out;
    private final AtomicLong ids = new AtomicLong();
    private final Map<Long, CompletableFuture<String>> waiting = new ConcurrentHashMap<>();

    SinkClient(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        out = socket.getOutputStream();
        Thread reader = new Thread(this::read, "sink-client");
        reader.setDaemon(true);
        reader.start();
    }

    /** Tells something that needs no answer. */
    void tell(Line line) {
        byte[] bytes = (line + "\n").getBytes(StandardCharsets.UTF_8);
        synchronized (out) {
            try {
                out.write(bytes);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Asks for an effect. */
    CompletableFuture<String> effect(Line line) {
        long id = ids.incrementAndGet();
        CompletableFuture<String> answer = new CompletableFuture<>();
        waiting.put(id, answer);
        tell(line.with("id", id));
        return answer;
    }

    private void read() {
        try (BufferedReader in =
                new BufferedReader(
                        new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))) {
            for (String text = in.readLine(); text != null; text = in.readLine()) {
                Line answer = Line.parse(text);
                CompletableFuture<String> waiter = waiting.remove(answer.number("id"));
                if (waiter != null) {
                    waiter.complete(answer.text("answer"));
                }
            }
        } catch (IOException e) {
            waiting.values().forEach(waiter -> waiter.completeExceptionally(e));
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
