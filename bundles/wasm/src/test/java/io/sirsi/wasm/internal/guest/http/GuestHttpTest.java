package io.sirsi.wasm.internal.guest.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sirsi.spi.wasm.WasmTrap;
import io.sirsi.spi.wasm.WasmTrap.Kind;
import io.sirsi.wasm.internal.guest.TestGuest;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class GuestHttpTest {

    private static final AddressPolicy ONLY_THE_SERVER =
            address -> address.getHostAddress().equals(TestServer.ADDRESS);

    private TestServer server;
    private Canary canary;
    private final AtomicInteger lookups = new AtomicInteger();

    @BeforeEach
    void start() throws IOException {
        server = new TestServer();
        canary = new Canary();
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
        canary.close();
    }

    @Test
    void a_permitted_host_is_called_and_the_record_names_no_query_and_no_header() throws Exception {
        server.on(
                "/v1",
                exchange -> {
                    exchange.getResponseHeaders().add("X-A", "1");
                    exchange.getResponseHeaders().add("X-A", "2");
                    exchange.getResponseHeaders().add("Set-Cookie", "a=b");
                    TestServer.send(exchange, 201, "grüße");
                });
        try (TestGuest guest = guest("http:call:api.example.com")) {
            JsonNode answer =
                    call(
                            guest,
                            "POST",
                            url("api.example.com", "/v1?token=hunter2"),
                            "{\"Authorization\":\"Bearer hunter2\"}",
                            "\"hé\"");

            assertThat(answer.path("status").asInt()).isEqualTo(201);
            assertThat(answer.path("body").asText()).isEqualTo("grüße");
            assertThat(answer.path("headers").path("x-a").asText()).isEqualTo("1, 2");
            assertThat(answer.path("headers").has("set-cookie")).isFalse();
            assertThat(server.requests())
                    .containsExactly(
                            "POST /v1?token=hunter2 api.example.com:"
                                    + server.port()
                                    + " [Bearer hunter2][][][] hé");
            assertThat(guest.authority.record()).hasSize(2).noneMatch(l -> l.contains("hunter2"));
            assertThat(guest.authority.record().get(0))
                    .startsWith("intent http:call:api.example.com api.example.com:" + server.port())
                    .contains("method=POST", "path=/v1");
            assertThat(guest.authority.record().get(1)).isEqualTo("done status 201");
        }
    }

    @Test
    void another_host_is_refused_before_its_name_is_looked_up() throws Exception {
        try (TestGuest guest = guest("http:call:api.example.com")) {
            assertThat(error(guest, url("www.example.com", "/"))).isEqualTo("FORBIDDEN");
            assertThat(error(guest, url("api.example.com.evil.org", "/"))).isEqualTo("FORBIDDEN");
            assertThat(error(guest, url("xapi.example.com", "/"))).isEqualTo("FORBIDDEN");
            assertThat(lookups).hasValue(0);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // numbers in all their spellings
                "http://127.0.0.1:P/",
                "http://127.0.0.1.:P/",
                "http://127.1:P/",
                "http://127.0.1:P/",
                "http://2130706433:P/",
                "http://017700000001:P/",
                "http://0x7f000001:P/",
                "http://0x7f.0.0.1:P/",
                "http://0x7f.1:P/",
                "http://0177.0.0.1:P/",
                "http://0177.1:P/",
                "http://127.0.0.0x1:P/",
                "http://0:P/",
                "http://0.0.0.0:P/",
                "http://0x0:P/",
                "http://00000177.0.0.1:P/",
                "http://4294967297:P/",
                "http://127.000.000.001:P/",
                "http://169.254.169.254:P/latest/meta-data/",
                "http://2852039166:P/",
                "http://0xa9fea9fe:P/",
                "http://168.63.129.16:P/",
                "http://100.100.100.200:P/",
                "http://10.0.0.1:P/",
                "http://192.168.1.1:P/",
                "http://8.8.8.8:P/",
                // IPv6
                "http://[::1]:P/",
                "http://[::]:P/",
                "http://[0:0:0:0:0:0:0:1]:P/",
                "http://[::ffff:127.0.0.1]:P/",
                "http://[::ffff:7f00:1]:P/",
                "http://[::127.0.0.1]:P/",
                "http://[64:ff9b::7f00:1]:P/",
                "http://[2002:7f00:1::]:P/",
                "http://[fe80::1%25lo]:P/",
                "http://[fe80::1%lo]:P/",
                "http://[fd00:ec2::254]:P/",
                "http://[2606:4700:4700::1111]:P/",
                "http://::1:P/",
                "http://[v1.1]:P/",
                // names
                "http://localhost:P/",
                "http://LOCALHOST:P/",
                "http://localhost.:P/",
                "http://localhost.localdomain:P/",
                "http://app.localhost:P/",
                "http://loop.example.com.:P/",
                "http://metadata:P/",
                "http://loop.example.com:P/",
                "http://127.0.0.1.nip.example.com:P/",
                "http://private.example.com:P/",
                "http://mapped.example.com:P/",
                "http://mixed.example.com:P/",
                // disguises
                "http://%31%32%37.0.0.1:P/",
                "http://127%2e0%2e0%2e1:P/",
                "http://l%6fcalhost:P/",
                "http://loop%2eexample%2ecom:P/",
                "http://loop.example.com%00.evil.org:P/",
                "http://\u0661\u0662\u0667.0.0.1:P/",
                "http://127\u30020\u30020\u30021:P/",
                "http://127\uff0e0\uff0e0\uff0e1:P/",
                "http://\u24d8\u24dfv4.example.com:P/",
                "http://\uff4c\uff4fcalhost:P/",
                "http://api.example.com@127.0.0.1:P/",
                "http://api.example.com:80@127.0.0.1:P/",
                "http://api.example.com\\@127.0.0.1:P/",
                "http://127.0.0.1:P\\@api.example.com/",
                "http://127.0.0.1:P#@api.example.com/",
                "http://127.0.0.1:P?@api.example.com/",
                "http://api.example.com@loop.example.com:P/",
                "http://@127.0.0.1:P/",
                "http://127.0.0.1:P:80/",
                "http:127.0.0.1:P/",
                "http:/127.0.0.1:P/",
                "http:///127.0.0.1:P/",
                "//127.0.0.1:P/",
                "/127.0.0.1:P/",
                "127.0.0.1:P",
                " http://127.0.0.1:P/",
                "http:// 127.0.0.1:P/",
                "http://127.0.0.1 :P/",
                "http://127.0.0.1\t:P/",
                "http://loop.example.com:P\r\nHost: api.example.com/",
                "http://-loop.example.com:P/",
                "http://loop_.example.com:P/",
                "http://loop..example.com:P/",
                "http://.loop.example.com:P/",
                "http://loop.example.com:+P/",
                "http://loop.example.com:0/",
                "http://loop.example.com:99999/",
                "ftp://loop.example.com:P/",
                "file:///etc/passwd",
                "jar:http://127.0.0.1:P/!/",
                "gopher://127.0.0.1:P/",
                "unix:///var/run/docker.sock",
            })
    void no_spelling_reaches_an_address_that_is_not_public(String spelling) throws Exception {
        String url = spelling.replace("P", Integer.toString(canary.port()));
        try (TestGuest guest = guest(new PublicAddresses(), "http:call")) {
            assertThat(error(guest, url)).isIn("FORBIDDEN", "INVALID");
        }
        // As a redirect of a server that may be called.
        server.redirect("/go", 302, ascii(url));
        try (TestGuest guest = guest("http:call")) {
            assertThat(error(guest, url("api.example.com", "/go")))
                    .isIn("FORBIDDEN", "INVALID", "UNREACHABLE", "");
        }
        assertThat(canary.visitors()).isZero();
    }

    @Test
    void the_canary_notices_who_comes() throws Exception {
        try (TestGuest guest = guest(address -> true, "http:call")) {
            error(guest, "http://loop.example.com:" + canary.port() + "/");
        }
        assertThat(canary.visitors()).isEqualTo(1);
    }

    @Test
    void a_name_that_changes_its_address_is_checked_at_every_connection() throws Exception {
        server.text("/", "hello");
        Deque<String> answers = new ArrayDeque<>(List.of(TestServer.ADDRESS, "127.0.0.1"));
        GuestHttp http =
                new GuestHttp(
                        host -> InetAddress.getAllByName(answers.remove()),
                        ONLY_THE_SERVER,
                        SSLContext.getDefault(),
                        true);
        try (TestGuest guest = TestGuest.with("http:call").http(http).start()) {
            String url = "http://rebind.example.com:" + canary.port() + "/";
            assertThat(call(guest, "GET", url("rebind.example.com", "/")).path("status").asInt())
                    .isEqualTo(200);
            assertThat(error(guest, url)).isEqualTo("FORBIDDEN");
            assertThat(answers).isEmpty();
        }
        assertThat(canary.visitors()).isZero();
    }

    @Test
    void a_name_is_looked_up_once_a_connection() throws Exception {
        server.redirect("/a", 302, "/b").text("/b", "there");
        try (TestGuest guest = guest("http:call")) {
            assertThat(call(guest, "GET", url("api.example.com", "/a")).path("body").asText())
                    .isEqualTo("there");
            assertThat(lookups).hasValue(2);
            assertThat(guest.authority.record()).hasSize(4);
        }
    }

    @Test
    void a_redirect_needs_the_permission_of_where_it_leads_to() throws Exception {
        server.redirect("/a", 302, url("b.example.com", "/b")).text("/b", "there");
        try (TestGuest guest = guest("http:call:api.example.com")) {
            assertThat(error(guest, url("api.example.com", "/a"))).isEqualTo("FORBIDDEN");
            assertThat(server.requests()).hasSize(1);
            assertThat(guest.authority.record())
                    .last()
                    .asString()
                    .startsWith("denied http:call:b.example.com");
        }
    }

    @Test
    void credentials_and_bodies_do_not_follow_a_redirect_to_another_place() throws Exception {
        server.redirect("/a", 302, url("b.example.com", "/b"))
                .redirect("/c", 307, url("b.example.com", "/b"))
                .redirect("/d", 303, "/b")
                .text("/b", "there");
        try (TestGuest guest = guest("http:call")) {
            String headers = "{\"Authorization\":\"Bearer hunter2\"}";
            call(guest, "GET", url("api.example.com", "/a"), headers, null);
            assertThat(server.requests().get(1)).doesNotContain("hunter2").startsWith("GET /b b.");
            assertThat(
                            call(guest, "POST", url("api.example.com", "/c"), headers, "\"x\"")
                                    .path("error")
                                    .path("code")
                                    .asText())
                    .isEqualTo("FORBIDDEN");
            call(guest, "POST", url("api.example.com", "/d"), headers, "\"x\"");
            assertThat(server.requests())
                    .last()
                    .asString()
                    .startsWith("GET /b api.")
                    .contains("hunter2");
        }
    }

    @Test
    void redirects_come_to_an_end() throws Exception {
        server.redirect("/a", 302, "/a");
        try (TestGuest guest = guest("http:call")) {
            assertThat(error(guest, url("api.example.com", "/a"))).isEqualTo("REMOTE_ERROR");
            assertThat(server.requests()).hasSize(6);
        }
    }

    @Test
    void http_needs_the_operators_consent() throws Exception {
        GuestHttp http =
                new GuestHttp(this::resolve, ONLY_THE_SERVER, SSLContext.getDefault(), false);
        try (TestGuest guest = TestGuest.with("http:call").http(http).start()) {
            assertThat(error(guest, url("api.example.com", "/"))).isEqualTo("FORBIDDEN");
            assertThat(lookups).hasValue(0);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Host | evil",
                "Content-Length | 3",
                "Transfer-Encoding | chunked",
                "Connection | close",
                "Proxy-Authorization | x",
                "X-Forwarded-For | 127.0.0.1",
                "Upgrade | h2c",
                "Expect | 100-continue",
                "Accept-Encoding | gzip",
                "TE | trailers",
                "A B | x",
                "A: B | x",
                "'' | x",
                "A\\r\\nB | x",
                "A | x\\r\\nHost: evil",
                "A | x\\ny",
                "A | x\\u0000",
                "A | é",
            })
    void headers_cannot_be_smuggled(String name, String value) throws Exception {
        server.text("/", "hello");
        try (TestGuest guest = guest("http:call")) {
            assertThat(
                            call(
                                            guest,
                                            "GET",
                                            url("api.example.com", "/"),
                                            "{\"" + name + "\":\"" + value + "\"}",
                                            null)
                                    .path("error")
                                    .path("code")
                                    .asText())
                    .isEqualTo("INVALID");
            assertThat(server.requests()).isEmpty();
            assertThat(guest.authority.record()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TRACE", "CONNECT", "OPTIONS", "get", "GET /x", "G\\r\\nET"})
    void other_methods_are_refused(String method) throws Exception {
        try (TestGuest guest = guest("http:call")) {
            assertThat(
                            call(guest, method, url("api.example.com", "/"), "{}", null)
                                    .path("error")
                                    .path("code")
                                    .asText())
                    .isEqualTo("INVALID");
        }
    }

    @Test
    void a_long_body_is_refused_also_when_it_never_ends() throws Exception {
        CountDownLatch ended = new CountDownLatch(1);
        server.text("/long", "x".repeat(2_001))
                .text("/right", "x".repeat(900))
                .on(
                        "/endless",
                        exchange -> {
                            try {
                                exchange.sendResponseHeaders(200, 0);
                                while (true) {
                                    exchange.getResponseBody().write(new byte[1_024]);
                                }
                            } finally {
                                ended.countDown();
                            }
                        });
        try (TestGuest guest =
                TestGuest.with("http:call").http(http()).limit("outputBytes", 2_000).start()) {
            assertThat(error(guest, url("api.example.com", "/long"))).isEqualTo("LIMIT");
            assertThat(error(guest, url("api.example.com", "/endless"))).isEqualTo("LIMIT");
            assertThat(call(guest, "GET", url("api.example.com", "/right")).path("body").asText())
                    .hasSize(900);
            ended.await();
        }
    }

    @Test
    void a_body_that_is_not_text_is_refused() throws Exception {
        server.on(
                "/",
                exchange -> {
                    exchange.sendResponseHeaders(200, 2);
                    exchange.getResponseBody().write(new byte[] {(byte) 0xff, 0});
                });
        server.on(
                "/latin",
                exchange -> {
                    exchange.getResponseHeaders()
                            .set("Content-Type", "text/plain; charset=\"ISO-8859-1\"");
                    exchange.sendResponseHeaders(200, 1);
                    exchange.getResponseBody().write("é".getBytes(StandardCharsets.ISO_8859_1));
                });
        try (TestGuest guest = guest("http:call")) {
            assertThat(error(guest, url("api.example.com", "/"))).isEqualTo("UNSUPPORTED");
            assertThat(call(guest, "GET", url("api.example.com", "/latin")).path("body").asText())
                    .isEqualTo("é");
        }
    }

    @Test
    void who_does_not_answer_in_time_is_given_up() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        server.on("/", exchange -> awaitQuietly(never));
        try (TestGuest guest =
                TestGuest.with("http:call").http(http()).limit("httpMs", 150).start()) {
            assertThat(error(guest, url("api.example.com", "/"))).isEqualTo("TIMED_OUT");
        }
        never.countDown();
    }

    @Test
    void a_name_service_that_answers_too_late_leads_nowhere() throws Exception {
        server.text("/", "hello");
        CountDownLatch late = new CountDownLatch(1);
        AtomicReference<Thread> worker = new AtomicReference<>();
        GuestHttp http =
                new GuestHttp(
                        host -> {
                            worker.set(Thread.currentThread());
                            awaitStubbornly(late);
                            return InetAddress.getAllByName(TestServer.ADDRESS);
                        },
                        ONLY_THE_SERVER,
                        SSLContext.getDefault(),
                        true);
        try (TestGuest guest =
                TestGuest.with("http:call").http(http).limit("httpMs", 100).start()) {
            assertThat(error(guest, url("api.example.com", "/"))).isEqualTo("TIMED_OUT");
        }
        late.countDown();
        worker.get().join(10_000);
        assertThat(worker.get().isAlive()).isFalse();
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void an_interrupt_ends_a_call_that_waits_for_an_answer() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        Thread caller = Thread.currentThread();
        server.on(
                "/",
                exchange -> {
                    caller.interrupt();
                    awaitQuietly(never);
                });
        try (TestGuest guest = guest("http:call")) {
            Kind kind = Kind.OTHER;
            try {
                call(guest, "GET", url("api.example.com", "/"));
            } catch (WasmTrap trap) {
                kind = trap.kind();
            }
            assertThat(kind).isEqualTo(Kind.INTERRUPTED);
            assertThat(Thread.interrupted()).isTrue();
        }
        never.countDown();
    }

    @Test
    void proxies_of_the_node_are_not_asked() throws Exception {
        server.text("/", "hello");
        List<String> keys =
                List.of("http.proxyHost", "http.proxyPort", "socksProxyHost", "socksProxyPort");
        try (TestGuest guest = guest("http:call")) {
            for (String key : keys) {
                System.setProperty(
                        key, key.endsWith("Host") ? "127.0.0.1" : Integer.toString(canary.port()));
            }
            assertThat(call(guest, "GET", url("api.example.com", "/")).path("status").asInt())
                    .isEqualTo(200);
        } finally {
            keys.forEach(System::clearProperty);
        }
        assertThat(canary.visitors()).isZero();
    }

    private GuestHttp http() throws NoSuchAlgorithmException {
        return new GuestHttp(this::resolve, ONLY_THE_SERVER, SSLContext.getDefault(), true);
    }

    private TestGuest guest(String... permissions) throws NoSuchAlgorithmException {
        return guest(ONLY_THE_SERVER, permissions);
    }

    private TestGuest guest(AddressPolicy policy, String... permissions)
            throws NoSuchAlgorithmException {
        return TestGuest.with(permissions)
                .http(new GuestHttp(this::resolve, policy, SSLContext.getDefault(), true))
                .start();
    }

    /** What a name service would say that an attacker owns; numbers are read as the JDK does. */
    private InetAddress[] resolve(String host) throws java.net.UnknownHostException {
        lookups.incrementAndGet();
        return switch (host) {
            case "loop.example.com", "127.0.0.1.nip.example.com", "app.localhost" ->
                    InetAddress.getAllByName("127.0.0.1");
            case "private.example.com" -> InetAddress.getAllByName("10.0.0.1");
            case "mapped.example.com" -> InetAddress.getAllByName("::ffff:127.0.0.1");
            case "mixed.example.com" ->
                    new InetAddress[] {
                        InetAddress.getByName(TestServer.ADDRESS), InetAddress.getLoopbackAddress()
                    };
            case "localhost.localdomain" -> InetAddress.getAllByName("127.0.0.1");
            default ->
                    host.endsWith(".example.com") || host.endsWith(".org")
                            ? InetAddress.getAllByName(TestServer.ADDRESS)
                            : InetAddress.getAllByName(host);
        };
    }

    private String url(String host, String path) {
        return "http://" + host + ":" + server.port() + path;
    }

    private static JsonNode call(TestGuest guest, String method, String url)
            throws WasmTrap, IOException {
        return call(guest, method, url, "{}", null);
    }

    private static JsonNode call(
            TestGuest guest, String method, String url, String headers, String body)
            throws WasmTrap, IOException {
        return guest.call(
                "http",
                "{\"method\":\""
                        + method
                        + "\",\"url\":\""
                        + json(url)
                        + "\",\"headers\":"
                        + headers
                        + ",\"body\":"
                        + body
                        + "}");
    }

    private static String error(TestGuest guest, String url) throws WasmTrap, IOException {
        return call(guest, "GET", url).path("error").path("code").asText();
    }

    private static String json(String text) {
        return text.replace("\\", "\\\\")
                .replace("\r", "\\r")
                .replace("\n", "\\n")
                .replace("\t", "\\t");
    }

    /** What can stand in a header. */
    private static String ascii(String url) {
        StringBuilder text = new StringBuilder();
        for (byte next : url.getBytes(StandardCharsets.UTF_8)) {
            text.append(next < ' ' ? ' ' : (char) (next & 0xff));
        }
        return text.toString();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void awaitStubbornly(CountDownLatch latch) {
        while (latch.getCount() > 0) {
            awaitQuietly(latch);
            Thread.interrupted();
        }
    }
}
