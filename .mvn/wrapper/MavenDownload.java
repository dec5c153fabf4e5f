import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Authenticator;
import java.net.InetSocketAddress;
import java.net.PasswordAuthentication;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * Fetches a zip, checks its SHA-512 and unpacks it into a folder that appears complete or not at all.
 *
 * <p>Run by {@code mvnw} as {@code java MavenDownload.java URL SHA512 FOLDER}. The one folder at the top of the zip is left
 * out. Everything happens in a temporary folder beside FOLDER that is renamed at the end, so that several runs at once do not
 * meet: the first one to finish wins. Honours {@code https_proxy}, {@code http_proxy} and {@code no_proxy}. Ends with one
 * sentence on standard error and code 1 where that cannot be done.
 */
final class MavenDownload {
    private static final int ATTEMPTS = 3;
    private static final Duration CONNECT = Duration.ofSeconds(20);
    private static final Duration TRANSFER = Duration.ofMinutes(5);

    /** Ten times what a Maven unpacks to: beyond it, it is not a Maven. */
    private static final long MAX_UNPACKED_BYTES = 120_000_000;

    private MavenDownload() {}

    public static void main(String[] args) {
        if (args.length != 3) {
            System.err.println("mvnw: MavenDownload needs a URL, a SHA-512 and a folder, not " + args.length + " words.");
            System.exit(1);
        }
        try {
            install(URI.create(args[0]), args[1].toLowerCase(Locale.ROOT), Path.of(args[2]).toAbsolutePath());
        } catch (Refusal e) {
            System.err.println("mvnw: " + e.getMessage());
            System.exit(1);
        } catch (IOException | UncheckedIOException | IllegalArgumentException e) {
            System.err.println("mvnw: cannot install Maven from " + args[0] + " into " + args[2] + ": " + reason(e) + ".");
            System.exit(1);
        } catch (InterruptedException e) {
            System.exit(1);
        }
    }

    private static void install(URI source, String sha512, Path folder) throws IOException, InterruptedException {
        Path parent = Files.createDirectories(folder.getParent());
        Path work = Files.createTempDirectory(parent, ".fetch-");
        // Also when the person at the keyboard loses patience.
        Thread sweeper = new Thread(() -> deleteTree(work));
        Runtime.getRuntime().addShutdownHook(sweeper);

        System.err.println("mvnw: fetching " + source);
        Path zip = work.resolve("maven.zip");
        fetch(source, zip);
        String found = sha512(zip);
        if (!found.equals(sha512)) {
            throw new Refusal("what came from " + source + " is not what was expected: its SHA-512 is " + found + ", not "
                    + sha512 + "; use another mirror (MVNW_REPOURL), or correct .mvn/wrapper/maven-wrapper.properties.");
        }
        Path unpacked = work.resolve("maven");
        unpack(zip, unpacked);
        Path launcher = unpacked.resolve("bin/mvn");
        if (!Files.isRegularFile(launcher)) {
            throw new Refusal("the zip from " + source + " has no bin/mvn in it.");
        }
        launcher.toFile().setExecutable(true, false);
        try {
            Files.move(unpacked, folder, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            if (!Files.isExecutable(folder.resolve("bin/mvn"))) {
                throw new Refusal("cannot rename " + unpacked + " to " + folder + " (" + reason(e)
                        + "); remove that folder if it is in the way.");
            }
            // Another run was faster; its Maven has the same checksum.
        }
    }

    private static void fetch(URI source, Path target) throws IOException, InterruptedException {
        if ("file".equals(source.getScheme())) {
            Files.copy(Path.of(source), target);
            return;
        }
        if (!"http".equals(source.getScheme()) && !"https".equals(source.getScheme())) {
            throw new Refusal("cannot fetch " + source + ": MVNW_REPOURL must be an http, https or file URL.");
        }
        // The JDK keeps passwords from the proxy of an https connection unless told otherwise.
        System.setProperty("jdk.http.auth.tunneling.disabledSchemes", "");
        EnvironmentProxy proxy = new EnvironmentProxy(System.getenv());
        HttpClient client = HttpClient.newBuilder()
                .connectTimeout(CONNECT)
                .followRedirects(HttpClient.Redirect.NORMAL)
                .proxy(proxy)
                .authenticator(proxy.passwords())
                .build();
        HttpRequest request = HttpRequest.newBuilder(source).timeout(TRANSFER).build();
        for (int attempt = 1; ; attempt++) {
            String problem;
            try {
                HttpResponse<Path> response = client.send(request, HttpResponse.BodyHandlers.ofFile(target));
                if (response.statusCode() == 200) {
                    return;
                }
                problem = "the server answered " + response.statusCode();
                if (response.statusCode() < 500 && response.statusCode() != 429) {
                    attempt = ATTEMPTS;
                }
            } catch (IOException e) {
                problem = reason(e);
            }
            if (attempt >= ATTEMPTS) {
                throw new Refusal("cannot fetch " + source + " (" + problem
                        + "); check the network and https_proxy, or name a mirror in MVNW_REPOURL.");
            }
            Thread.sleep(attempt * 2_000L);
        }
    }

    private static String sha512(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-512");
            byte[] buffer = new byte[1 << 16];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                digest.update(buffer, 0, n);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-512", e);
        }
    }

    private static void unpack(Path zip, Path target) throws IOException {
        long left = MAX_UNPACKED_BYTES;
        try (ZipInputStream in = new ZipInputStream(Files.newInputStream(zip))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                String name = entry.getName();
                String inner = name.substring(name.indexOf('/') + 1);
                if (inner.isEmpty()) {
                    continue;
                }
                Path file = target.resolve(inner).normalize();
                if (!file.startsWith(target)) {
                    throw new Refusal("the zip has an entry that leads out of its folder: '" + name + "'.");
                }
                if (entry.isDirectory()) {
                    Files.createDirectories(file);
                    continue;
                }
                Files.createDirectories(file.getParent());
                left -= Files.copy(new Bounded(in, left), file);
            }
        }
    }

    private static void deleteTree(Path root) {
        try (Stream<Path> paths = Files.walk(root)) {
            paths.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
        } catch (IOException | UncheckedIOException e) {
            // A leftover in a folder of temporary names; the next run makes its own.
        }
    }

    private static String reason(Throwable e) {
        String name = e.getClass().getSimpleName();
        return e.getMessage() == null ? name : name + ": " + e.getMessage();
    }

    /** What stops us, as the sentence for the person who started it. */
    private static final class Refusal extends RuntimeException {
        private static final long serialVersionUID = 1;

        Refusal(String sentence) {
            super(sentence);
        }
    }

    /** Gives up on a zip entry that unpacks to more than is left. */
    private static final class Bounded extends FilterInputStream {
        private long left;

        Bounded(InputStream in, long left) {
            super(in);
            this.left = left;
        }

        @Override
        public int read() throws IOException {
            return count(super.read(), 1);
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int n = super.read(buffer, offset, length);
            return count(n, n);
        }

        private int count(int result, int bytes) {
            if (result >= 0) {
                left -= bytes;
                if (left < 0) {
                    throw new Refusal("the zip unpacks to more than " + MAX_UNPACKED_BYTES + " bytes.");
                }
            }
            return result;
        }
    }

    /** The proxy that the variables of the environment name, in either case of letters. */
    private static final class EnvironmentProxy extends ProxySelector {
        private final Map<String, String> environment;

        EnvironmentProxy(Map<String, String> environment) {
            this.environment = environment;
        }

        private String value(String name) {
            String lower = environment.getOrDefault(name, "");
            return lower.isEmpty() ? environment.getOrDefault(name.toUpperCase(Locale.ROOT), "") : lower;
        }

        /** The proxy for a scheme, or null. A bare {@code host:port} is taken as an http URL. */
        private URI proxyFor(String scheme) {
            String text = value(scheme + "_proxy");
            if (text.isEmpty()) {
                return null;
            }
            URI proxy = URI.create(text.contains("://") ? text : "http://" + text);
            if (proxy.getHost() == null) {
                throw new Refusal(scheme + "_proxy is '" + withoutPassword(text) + "', which is not a URL of a proxy.");
            }
            return proxy;
        }

        private boolean direct(String host) {
            for (String part : value("no_proxy").split("[,\\s]+")) {
                String suffix = part.startsWith("*") ? part.substring(1) : part;
                String domain = suffix.startsWith(".") ? suffix : "." + suffix;
                if (part.equals("*") || (!part.isEmpty() && ("." + host).endsWith(domain))) {
                    return true;
                }
            }
            return false;
        }

        @Override
        public List<Proxy> select(URI uri) {
            URI proxy = proxyFor(uri.getScheme());
            if (proxy == null || direct(uri.getHost())) {
                return List.of(Proxy.NO_PROXY);
            }
            int port = proxy.getPort() > 0 ? proxy.getPort() : "https".equals(proxy.getScheme()) ? 443 : 80;
            return List.of(new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved(proxy.getHost(), port)));
        }

        @Override
        public void connectFailed(URI uri, SocketAddress proxy, IOException e) {
            // The request fails with the same exception, and says so.
        }

        Authenticator passwords() {
            return new Authenticator() {
                @Override
                protected PasswordAuthentication getPasswordAuthentication() {
                    URI proxy = getRequestorType() == RequestorType.PROXY ? proxyFor(getRequestingURL().getProtocol()) : null;
                    if (proxy == null || proxy.getRawUserInfo() == null) {
                        return null;
                    }
                    String[] user = proxy.getRawUserInfo().split(":", 2);
                    return new PasswordAuthentication(
                            decoded(user[0]), decoded(user.length > 1 ? user[1] : "").toCharArray());
                }
            };
        }

        private static String decoded(String text) {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        }

        private static String withoutPassword(String text) {
            return text.replaceAll("//[^@/]*@", "//…@");
        }
    }
}
