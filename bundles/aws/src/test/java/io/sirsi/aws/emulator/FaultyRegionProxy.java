package io.sirsi.aws.emulator;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Stands before an emulator and hands on everything but calls to broken regions: those are answered
 * with 503. The region is the one that the request is signed for.
 */
public final class FaultyRegionProxy implements AutoCloseable {

    private static final Pattern SIGNED_FOR =
            Pattern.compile("Credential=[^/]+/[0-9]{8}/([a-z0-9-]+)/");
    private static final Set<String> OWN_HEADERS =
            Set.of("host", "content-length", "connection", "transfer-encoding", "expect");

    private final HttpServer server;
    private final ExecutorService threads;
    private final URI target;
    private final Set<String> broken = ConcurrentHashMap.newKeySet();
    private final AtomicInteger refused = new AtomicInteger();

    /**
     * Starts on a free port of the loopback interface.
     *
     * @param target the emulator
     */
    public FaultyRegionProxy(URI target) throws IOException {
        this.target = target;
        this.threads = Executors.newFixedThreadPool(8);
        this.server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 64);
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    /** {@return where it listens} */
    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** From now on, this region answers 503. */
    public void breakRegion(String region) {
        broken.add(region);
    }

    /** {@return how many calls it answered with 503} */
    public int refused() {
        return refused.get();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            Matcher signed =
                    SIGNED_FOR.matcher(
                            String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
            if (signed.find() && broken.contains(signed.group(1))) {
                refused.incrementAndGet();
                byte[] sorry = "the region is out of order".getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(503, sorry.length);
                exchange.getResponseBody().write(sorry);
                return;
            }
            forward(exchange, body);
        }
    }

    private void forward(HttpExchange exchange, byte[] body) throws IOException {
        URI asked = exchange.getRequestURI();
        String query = asked.getRawQuery() == null ? "" : "?" + asked.getRawQuery();
        HttpURLConnection onward =
                (HttpURLConnection)
                        URI.create(target + asked.getRawPath() + query).toURL().openConnection();
        onward.setRequestMethod(exchange.getRequestMethod());
        onward.setConnectTimeout(5000);
        onward.setReadTimeout(60_000);
        onward.setInstanceFollowRedirects(false);
        for (Map.Entry<String, List<String>> header : exchange.getRequestHeaders().entrySet()) {
            if (!OWN_HEADERS.contains(header.getKey().toLowerCase(java.util.Locale.ROOT))) {
                header.getValue()
                        .forEach(value -> onward.addRequestProperty(header.getKey(), value));
            }
        }
        if (body.length > 0) {
            onward.setDoOutput(true);
            onward.setFixedLengthStreamingMode(body.length);
            try (OutputStream out = onward.getOutputStream()) {
                out.write(body);
            }
        }
        int status = onward.getResponseCode();
        byte[] answer;
        try (InputStream in = status >= 400 ? onward.getErrorStream() : onward.getInputStream()) {
            answer = in == null ? new byte[0] : in.readAllBytes();
        }
        for (Map.Entry<String, List<String>> header : onward.getHeaderFields().entrySet()) {
            if (header.getKey() != null
                    && !OWN_HEADERS.contains(header.getKey().toLowerCase(java.util.Locale.ROOT))) {
                exchange.getResponseHeaders().put(header.getKey(), header.getValue());
            }
        }
        boolean empty = answer.length == 0 || exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(status, empty ? -1 : answer.length);
        if (!empty) {
            exchange.getResponseBody().write(answer);
        }
    }
}
