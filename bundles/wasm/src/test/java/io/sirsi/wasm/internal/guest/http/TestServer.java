package io.sirsi.wasm.internal.guest.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The one server that the tests' guests may reach: on 127.0.0.2. Remembers what it was asked. */
final class TestServer implements AutoCloseable {

    static final String ADDRESS = "127.0.0.2";

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<String> requests = new ArrayList<>();

    /** Answers one request. */
    interface Page {
        void answer(HttpExchange exchange) throws IOException;
    }

    TestServer(HttpServer server) {
        this.server = server;
        server.setExecutor(threads);
        server.start();
    }

    TestServer() throws IOException {
        this(HttpServer.create(new InetSocketAddress(InetAddress.getByName(ADDRESS), 0), 0));
    }

    int port() {
        return server.getAddress().getPort();
    }

    /** {@return what it was asked: method, path, the headers of interest, body} */
    synchronized List<String> requests() {
        return List.copyOf(requests);
    }

    TestServer on(String path, Page page) {
        server.createContext(
                path,
                exchange -> {
                    try (exchange) {
                        remember(exchange);
                        page.answer(exchange);
                    }
                });
        return this;
    }

    TestServer text(String path, String text) {
        return on(path, exchange -> send(exchange, 200, text));
    }

    TestServer redirect(String path, int status, String location) {
        return on(
                path,
                exchange -> {
                    exchange.getResponseHeaders().set("Location", location);
                    send(exchange, status, "");
                });
    }

    static void send(HttpExchange exchange, int status, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    private synchronized void remember(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        requests.add(
                exchange.getRequestMethod()
                        + " "
                        + exchange.getRequestURI()
                        + " "
                        + exchange.getRequestHeaders().getFirst("Host")
                        + " "
                        + exchange.getRequestHeaders().getOrDefault("Authorization", List.of())
                        + exchange.getRequestHeaders().getOrDefault("Cookie", List.of())
                        + exchange.getRequestHeaders().getOrDefault("Upgrade", List.of())
                        + exchange.getRequestHeaders().getOrDefault("Accept-encoding", List.of())
                        + " "
                        + body);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
