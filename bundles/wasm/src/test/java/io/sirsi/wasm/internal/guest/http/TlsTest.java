package io.sirsi.wasm.internal.guest.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.sirsi.wasm.internal.guest.TestGuest;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TLS to a server whose certificate is for {@code api.example.com}. */
final class TlsTest {

    private static final char[] PASSWORD = "changeit".toCharArray();

    @TempDir Path folder;

    @Test
    void the_certificate_must_be_trusted_and_be_of_the_host() throws Exception {
        SSLContext both = context();
        HttpsServer https =
                HttpsServer.create(
                        new InetSocketAddress(InetAddress.getByName(TestServer.ADDRESS), 0), 0);
        https.setHttpsConfigurator(new HttpsConfigurator(both));
        try (TestServer server = new TestServer(https).text("/", "hello")) {
            String good = "https://api.example.com:" + server.port() + "/";
            String other = "https://www.example.com:" + server.port() + "/";

            assertThat(call(both, good).path("body").asText()).isEqualTo("hello");
            assertThat(call(both, other).path("error").path("message").asText())
                    .isEqualTo("no trusted TLS connection to www.example.com");
            assertThat(call(SSLContext.getDefault(), good).path("error").path("message").asText())
                    .isEqualTo("no trusted TLS connection to api.example.com");
            assertThat(server.requests()).hasSize(1);
        }
    }

    private static JsonNode call(SSLContext tls, String url) throws Exception {
        GuestHttp http =
                new GuestHttp(
                        host -> InetAddress.getAllByName(TestServer.ADDRESS),
                        address -> address.isLoopbackAddress(),
                        tls,
                        false);
        try (TestGuest guest = TestGuest.with("http:call").http(http).start()) {
            return guest.call("http", "{\"url\":\"" + url + "\"}");
        }
    }

    private SSLContext context() throws Exception {
        Path file = folder.resolve("server.p12");
        Process keytool =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "keytool")
                                        .toString(),
                                "-genkeypair",
                                "-keyalg",
                                "EC",
                                "-dname",
                                "CN=test",
                                "-ext",
                                "SAN=dns:api.example.com",
                                "-storetype",
                                "PKCS12",
                                "-storepass",
                                new String(PASSWORD),
                                "-keystore",
                                file.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("keytool.txt").toFile())
                        .start();
        assertThat(keytool.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(keytool.exitValue()).isZero();
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream bytes = Files.newInputStream(file)) {
            store.load(bytes, PASSWORD);
        }
        KeyManagerFactory keys =
                KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, PASSWORD);
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("server", store.getCertificate("mykey"));
        TrustManagerFactory trust =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), new SecureRandom());
        return context;
    }
}
