package io.sirsi.karaf;

import io.sirsi.launcher.Announcement;
import io.sirsi.launcher.NodeShell;
import io.sirsi.launcher.Places;
import io.sirsi.launcher.Refusal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.jspecify.annotations.Nullable;

/**
 * One node of the assembled distribution in a data folder of its own, driven as a person would: by
 * the launcher, over SSH and over JMX. Closing it ends its process and removes the folder.
 */
final class Node implements AutoCloseable {

    private static final Path HOME =
            Path.of(System.getProperty("sirsi.home", "target/assembly")).toAbsolutePath();

    private final Places places;

    private Node(Path data) {
        this.places = new Places(HOME, data);
    }

    /** The distribution under test. */
    static Path home() {
        return HOME;
    }

    /** A node that was never started, with an empty data folder. */
    static Node fresh() {
        try {
            return new Node(Files.createTempDirectory("sirsi-node-").toRealPath().resolve("data"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path data() {
        return places.data();
    }

    Path etc() {
        return places.etc();
    }

    /** Starts it; fails the test when it does not become ready. */
    Node up(String... options) {
        Outcome outcome = tryUp(options);
        if (outcome.exitCode() != 0) {
            throw new AssertionError("up: " + outcome);
        }
        return this;
    }

    /** Tries to start it. */
    Outcome tryUp(String... options) {
        return launcher(Stream.concat(Stream.of("up"), Stream.of(options)).toArray(String[]::new));
    }

    /** Runs the launcher of the distribution, as the script does. */
    Outcome launcher(String... words) {
        return launcher(Map.of(), words);
    }

    /** The same with further variables. */
    Outcome launcher(Map<String, String> environment, String... words) {
        return Commands.run(launcherCommand(words), environment(environment));
    }

    /** Starts the launcher and does not wait for it. */
    Process launcherInBackground(String... words) {
        return Commands.start(launcherCommand(words), environment(Map.of()));
    }

    private Map<String, String> environment(Map<String, String> more) {
        Map<String, String> all = new HashMap<>(more);
        all.putIfAbsent("SIRSI_DATA", data().toString());
        return all;
    }

    private static List<String> launcherCommand(String... words) {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Dsirsi.home=" + HOME,
                                "-jar",
                                HOME.resolve("lib/sirsi/launcher.jar").toString()));
        command.addAll(List.of(words));
        return command;
    }

    /** What the running node says about itself. */
    Announcement announcement() {
        return Announcement.read(places.portsFile())
                .orElseThrow(() -> new AssertionError("no announcement in " + places.portsFile()));
    }

    long pid() {
        return announcement().pid();
    }

    boolean isAnnounced() {
        return Files.exists(places.portsFile());
    }

    /** Runs one command in its shell as administrator. */
    Outcome exec(String command) {
        try (NodeShell shell = NodeShell.login(announcement(), places.keys())) {
            return run(shell, command);
        }
    }

    /** Runs one command in its shell as somebody else. */
    Outcome execAs(String account, KeyPair key, String command) {
        try (NodeShell shell = NodeShell.login(announcement(), places.keys(), account, key)) {
            return run(shell, command);
        }
    }

    private static Outcome run(NodeShell shell, String command) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int exitCode = shell.run(command, out, err);
        return new Outcome(
                exitCode,
                out.toString(StandardCharsets.UTF_8),
                err.toString(StandardCharsets.UTF_8));
    }

    /** Opens an account with a new key and one of the roles viewer, operator, admin. */
    KeyPair account(String name, String role) {
        try {
            KeyPair pair = newKey();
            Files.writeString(
                    etc().resolve("io.sirsi.accounts.properties"),
                    name
                            + " = roles="
                            + role
                            + ";key="
                            + PublicKeyEntry.toString(pair.getPublic())
                            + "\n",
                    StandardOpenOption.APPEND);
            return pair;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Opens an account with a password, as a person would: by the launcher, the password piped in.
     */
    void passwordAccount(String name, String role, String password)
            throws IOException, InterruptedException {
        ProcessBuilder builder =
                new ProcessBuilder(
                        launcherCommand("account", "add", name, "--role", role, "--password"));
        builder.environment().put("SIRSI_DATA", data().toString());
        Process process = builder.redirectErrorStream(true).start();
        try (OutputStream in = process.getOutputStream()) {
            in.write((password + "\n").getBytes(StandardCharsets.UTF_8));
        }
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new AssertionError("account add: " + said);
        }
    }

    /** A key that no node knows. */
    static KeyPair newKey() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Connects a JMX client; null credentials for none. */
    @SuppressWarnings("BanJNDI") // a remote JMX client has no other way, and the server is ours
    JMXConnector jmx(String @Nullable [] credentials) throws IOException {
        Map<String, Object> environment =
                credentials == null ? Map.of() : Map.of(JMXConnector.CREDENTIALS, credentials);
        return JMXConnectorFactory.connect(new JMXServiceURL(announcement().jmxUrl()), environment);
    }

    /** Ends its process at once, as a power cut would. */
    void kill9() throws InterruptedException {
        ProcessHandle process = ProcessHandle.of(pid()).orElseThrow();
        process.destroyForcibly();
        for (int i = 0; process.isAlive() && i < 500; i++) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }

    /** Its log so far. */
    String log() {
        try {
            return Files.readString(places.nodeLog());
        } catch (IOException e) {
            return "";
        }
    }

    @Override
    public void close() {
        try {
            launcher("down");
            Announcement.read(places.portsFile())
                    .flatMap(left -> ProcessHandle.of(left.pid()))
                    .filter(process -> process.pid() != ProcessHandle.current().pid())
                    .ifPresent(ProcessHandle::destroyForcibly);
            Path root = data().getParent();
            if (root != null && Files.exists(root)) {
                try (Stream<Path> all = Files.walk(root)) {
                    for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                        Files.deleteIfExists(path);
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Only so that tests need not know the launcher's exception. */
    static Class<? extends RuntimeException> refusal() {
        return Refusal.class;
    }
}
