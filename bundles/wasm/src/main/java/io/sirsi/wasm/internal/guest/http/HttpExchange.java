package io.sirsi.wasm.internal.guest.http;

import io.sirsi.agent.AgentFailure.Code;
import io.sirsi.wasm.internal.guest.Refusal;
import io.sirsi.wasm.internal.guest.http.CheckedNames.RefusedAddressException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.Proxy;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.DefaultSchemePortResolver;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.io.BasicHttpClientConnectionManager;
import org.apache.hc.client5.http.impl.io.DefaultHttpClientConnectionOperator;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.routing.DefaultRoutePlanner;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.URIScheme;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.config.RegistryBuilder;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * Sends requests, each on a connection of its own. Used by one thread; {@link #abort} comes from
 * another.
 */
final class HttpExchange {

    private static final Http1Config BOUNDS =
            Http1Config.custom().setMaxHeaderCount(100).setMaxLineLength(16_384).build();
    private static final ContentType TEXT = ContentType.TEXT_PLAIN.withCharset("UTF-8");
    private static final String USER_AGENT = "sirsi-nexus-guest";

    private final CheckedNames names;
    private final SSLContext tls;
    private final long maxBody;
    private final Timeout timeout;
    private final AtomicBoolean aborted = new AtomicBoolean();
    private volatile @Nullable Socket current;

    HttpExchange(
            NameResolver names,
            AddressPolicy policy,
            SSLContext tls,
            long maxBody,
            long timeoutMs) {
        this.names = new CheckedNames(names, policy, aborted::get);
        this.tls = tls;
        this.maxBody = maxBody;
        this.timeout = Timeout.ofMilliseconds(timeoutMs);
    }

    /** Carries a refusal through the gate. */
    static final class FailedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final Refusal refusal;

        FailedException(Refusal refusal) {
            super(refusal.sentence(), refusal, false, false);
            this.refusal = refusal;
        }

        Refusal refusal() {
            return refusal;
        }
    }

    /**
     * Breaks off. Closes the socket, since the client's own way waits for a lock that it holds
     * while it looks a name up.
     */
    void abort() {
        aborted.set(true);
        breakOff();
    }

    private void breakOff() {
        Socket socket = current;
        if (socket == null) {
            return;
        }
        try {
            socket.close();
        } catch (IOException ignored) {
            // It is of no use any more either way.
        }
    }

    /** A socket that asks no proxy, also none that the node's system properties name. */
    private Socket socket() throws IOException {
        Socket socket = new Socket(Proxy.NO_PROXY);
        current = socket;
        if (aborted.get()) {
            socket.close();
            throw new InterruptedIOException();
        }
        return socket;
    }

    /**
     * Sends a request, and reads what comes back.
     *
     * @throws FailedException if it did not work
     */
    HttpAnswer send(
            String method, HttpTarget target, Map<String, String> headers, Optional<String> body) {
        HttpUriRequestBase request = new HttpUriRequestBase(method, target.uri());
        request.setPath(target.pathAndQuery());
        headers.forEach(request::setHeader);
        body.ifPresent(
                text ->
                        request.setEntity(
                                new ByteArrayEntity(
                                        text.getBytes(StandardCharsets.UTF_8),
                                        headers.containsKey("content-type") ? null : TEXT)));
        try (CloseableHttpClient client = client()) {
            if (aborted.get()) {
                throw new InterruptedIOException();
            }
            return client.execute(
                    new HttpHost(target.scheme(), target.host(), target.port()),
                    request,
                    this::answer);
        } catch (IOException failed) {
            throw new FailedException(refusal(target, failed));
        }
    }

    private CloseableHttpClient client() {
        TlsSocketStrategy strategy = new DefaultClientTlsStrategy(tls);
        BasicHttpClientConnectionManager connections =
                new BasicHttpClientConnectionManager(
                        new DefaultHttpClientConnectionOperator(
                                proxy -> socket(),
                                DefaultSchemePortResolver.INSTANCE,
                                names,
                                RegistryBuilder.<TlsSocketStrategy>create()
                                        .register(URIScheme.HTTPS.id, strategy)
                                        .build()),
                        ManagedHttpClientConnectionFactory.builder().http1Config(BOUNDS).build());
        connections.setSocketConfig(SocketConfig.custom().setSoTimeout(timeout).build());
        connections.setConnectionConfig(
                ConnectionConfig.custom()
                        .setConnectTimeout(timeout)
                        .setSocketTimeout(timeout)
                        .build());
        return HttpClientBuilder.create()
                .setConnectionManager(connections)
                .setRoutePlanner(new DefaultRoutePlanner(DefaultSchemePortResolver.INSTANCE))
                .setConnectionReuseStrategy((request, response, context) -> false)
                .setDefaultRequestConfig(
                        RequestConfig.custom()
                                .setAuthenticationEnabled(false)
                                .setProtocolUpgradeEnabled(false)
                                .setRedirectsEnabled(false)
                                .setResponseTimeout(timeout)
                                .build())
                .setUserAgent(USER_AGENT)
                .disableAuthCaching()
                .disableAutomaticRetries()
                .disableConnectionState()
                .disableContentCompression()
                .disableCookieManagement()
                .disableRedirectHandling()
                .build();
    }

    private HttpAnswer answer(ClassicHttpResponse response) throws IOException {
        Map<String, String> headers = new TreeMap<>();
        for (Header header : response.getHeaders()) {
            String name = header.getName().toLowerCase(Locale.ROOT);
            if (!name.equals("set-cookie")) {
                headers.merge(
                        name,
                        header.getValue() == null ? "" : header.getValue(),
                        (one, other) -> one + ", " + other);
            }
        }
        byte[] body = new byte[0];
        if (response.getEntity() != null) {
            InputStream content = response.getEntity().getContent();
            body = content == null ? body : content.readNBytes((int) (maxBody + 1));
        }
        if (body.length > maxBody) {
            breakOff(); // or the client would read the rest, which may never end
            throw new TooLongException();
        }
        return new HttpAnswer(response.getCode(), headers, body);
    }

    /** The body is longer than it may be. */
    private static final class TooLongException extends IOException {
        private static final long serialVersionUID = 1L;
    }

    /** What the other side, or the way to it, did; nothing of the node's network is told. */
    private Refusal refusal(HttpTarget target, IOException failed) {
        if (failed instanceof TooLongException) {
            return new Refusal(
                    Code.LIMIT, "the response's body is longer than " + maxBody + " bytes");
        }
        if (failed instanceof RefusedAddressException) {
            return new Refusal(
                    Code.FORBIDDEN, target.host() + " has an address that guests may not call");
        }
        if (failed instanceof UnknownHostException) {
            return new Refusal(Code.UNREACHABLE, "there is no address of " + target.host());
        }
        if (failed instanceof SSLException) {
            return new Refusal(Code.UNREACHABLE, "no trusted TLS connection to " + target.host());
        }
        if (failed instanceof InterruptedIOException) {
            return new Refusal(Code.TIMED_OUT, "no answer in time from " + target.host());
        }
        return new Refusal(Code.UNREACHABLE, "no answer from " + target.host());
    }
}
