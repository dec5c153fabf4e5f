package io.sirsi.launcher;

import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** One node, seen from outside: starts it, stops it, finds it. */
final class Node {

    private static final Duration START_PATIENCE = Duration.ofSeconds(60);
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(30);
    private static final long LOOK_EVERY_MS = 20;

    /** The first line of a stack trace, with what the exception says. */
    private static final Pattern REFUSED_VALUE =
            Pattern.compile("Exception: (io\\.sirsi\\.[a-z.]+\\.cfg: .+)$");

    private static final Pattern NO_NUMBER =
            Pattern.compile("NumberFormatException: For input string: \"(.*?)\"");

    private static final Pattern THROWN = Pattern.compile("[\\w.$]+(?:Exception|Error): (.+)");

    private final Places places;
    private final Map<String, String> environment;
    private final Consumer<String> notices;

    /**
     * @param places where it lies
     * @param environment the variables of the caller
     * @param notices gets one sentence at a time
     */
    Node(Places places, Map<String, String> environment, Consumer<String> notices) {
        this.places = places;
        this.environment = environment;
        this.notices = notices;
    }

    /** What the running node announced; empty when there is no ready node. */
    Optional<Announcement> ready() {
        return NodeProcess.find(places)
                .flatMap(
                        process ->
                                Announcement.read(places.portsFile())
                                        .filter(
                                                announcement ->
                                                        announcement.pid() == process.pid()));
    }

    Optional<NodeProcess> process() {
        return NodeProcess.find(places);
    }

    /**
     * Starts the node unless it runs, and waits until it is ready.
     *
     * @param options may name ports
     * @param mayRun whether a node that runs already is welcome; if not it is refused
     * @return its announcement
     * @throws Refusal when it does not become ready; the sentence says why
     */
    Announcement up(Options options, boolean mayRun) throws IOException, InterruptedException {
        places.create();
        try (FileChannel file =
                FileChannel.open(
                        places.run().resolve("launcher.lock"),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE)) {
            waitForTurn(file);
            Optional<NodeProcess> running = process();
            if (running.isPresent()) {
                if (!mayRun) {
                    throw new Refusal(
                            "a node is already up (pid "
                                    + running.get().pid()
                                    + "), data in "
                                    + places.data()
                                    + "; stop it with ./sirsi down, or set SIRSI_DATA for another one.");
                }
                return awaitReady(running.get(), 0);
            }
            return start(options);
        }
    }

    /** Two launchers of one data folder take turns; the lock goes with the channel. */
    private void waitForTurn(FileChannel file) throws IOException {
        if (file.tryLock() == null) {
            notices.accept("another ./sirsi is starting this node; waiting for it.");
            file.lock();
        }
    }

    private Announcement start(Options options) throws IOException, InterruptedException {
        NodeProcess.forget(places);
        new EtcFolder(places.home().resolve("etc"), places.etc()).update().forEach(notices);
        AdminKey key = new AdminKey(places.keys());
        key.make();
        new Accounts(places.etc()).admit(key.publicLine());
        DoorPorts ports = DoorPorts.choose(options, environment, places.etc());
        options.requireAllTaken("up");
        String build = dropCacheOfAnotherBuild();
        List<String> extra =
                Stream.of(environment.getOrDefault("SIRSI_JAVA_OPTS", "").trim().split("\\s+", -1))
                        .filter(word -> !word.isEmpty())
                        .toList();
        long logged = size(places.nodeLog());
        Process process =
                new ProcessBuilder(detached(NodeCommand.of(places, ports, extra)))
                        .directory(places.data().toFile())
                        .redirectInput(new File("/dev/null"))
                        .redirectErrorStream(true)
                        .redirectOutput(places.consoleLog().toFile())
                        .start();
        Announcement ready = awaitReady(NodeProcess.remember(process, places), logged);
        Files.writeString(cacheMark(), build);
        return ready;
    }

    /**
     * A session of its own, so that neither a closed terminal nor Ctrl-C there reaches the node.
     */
    private static List<String> detached(List<String> command) {
        List<String> words =
                new ArrayList<>(List.of("/bin/sh", "-c", "trap '' HUP INT; exec \"$@\"", "sirsi"));
        for (String setsid : List.of("/usr/bin/setsid", "/bin/setsid")) {
            if (Files.isExecutable(Path.of(setsid))) {
                words.add(setsid);
                break;
            }
        }
        words.addAll(command);
        return words;
    }

    private Announcement awaitReady(NodeProcess process, long logged) throws InterruptedException {
        long end = System.nanoTime() + START_PATIENCE.toNanos();
        while (System.nanoTime() < end) {
            Optional<Announcement> announcement =
                    Announcement.read(places.portsFile())
                            .filter(found -> found.pid() == process.pid());
            if (announcement.isPresent()) {
                return announcement.get();
            }
            if (!process.isAlive()) {
                throw new Refusal(
                        "the node stopped while it started: "
                                + reason(logged)
                                + "; see "
                                + places.nodeLog()
                                + " and "
                                + places.consoleLog()
                                + ".");
            }
            Thread.sleep(LOOK_EVERY_MS);
        }
        throw new Refusal(
                "the node (pid "
                        + process.pid()
                        + ") is not ready after "
                        + START_PATIENCE.toSeconds()
                        + " s: "
                        + reason(logged)
                        + "; see "
                        + places.nodeLog()
                        + ", and stop it with ./sirsi down.");
    }

    /** The last error that the node logged since then, or the last thing that its JVM printed. */
    private String reason(long logged) {
        List<String> log = lines(places.nodeLog(), logged);
        Optional<String> configuration = configurationFault(log);
        if (configuration.isPresent()) {
            return configuration.get();
        }
        String found = "";
        for (int i = 0; i < log.size(); i++) {
            String line = log.get(i);
            if (line.contains("| ERROR |") && !line.contains("Exiting Karaf")) {
                found = line.substring(line.lastIndexOf(" | ") + 3);
                Matcher thrown = THROWN.matcher(i + 1 < log.size() ? log.get(i + 1) : "");
                if (thrown.matches()) {
                    found += ": " + thrown.group(1);
                }
            }
        }
        for (String line : found.isEmpty() ? lines(places.consoleLog(), 0) : List.<String>of()) {
            found = line.isBlank() ? found : line;
        }
        return found.isEmpty() ? "it says nothing" : found.strip().replaceAll("[.;:]+$", "");
    }

    /** A value of the configuration that a part refused, with its file and key. */
    private Optional<String> configurationFault(List<String> log) {
        for (String line : log) {
            Matcher refused = REFUSED_VALUE.matcher(line);
            if (refused.find()) {
                return Optional.of(refused.group(1).strip());
            }
            Matcher noNumber = NO_NUMBER.matcher(line);
            Optional<String> key =
                    noNumber.find() ? keyWithValue(noNumber.group(1)) : Optional.empty();
            if (key.isPresent()) {
                return Optional.of(
                        key.get()
                                + " is '"
                                + noNumber.group(1)
                                + "', which is no number; correct it");
            }
        }
        return Optional.empty();
    }

    /** {@return the first file and key in our configuration that has this value} */
    private Optional<String> keyWithValue(String value) {
        try (Stream<Path> files = Files.list(places.etc())) {
            for (Path file :
                    files.filter(
                                    one ->
                                            one.getFileName()
                                                    .toString()
                                                    .matches("io\\.sirsi\\..*\\.cfg"))
                            .sorted()
                            .toList()) {
                for (String line : Files.readAllLines(file)) {
                    int cut = line.indexOf('=');
                    if (cut > 0
                            && !line.startsWith("#")
                            && line.substring(cut + 1).strip().equals(value)) {
                        return Optional.of(
                                file.getFileName() + ": " + line.substring(0, cut).strip());
                    }
                }
            }
        } catch (IOException unreadable) {
            return Optional.empty();
        }
        return Optional.empty();
    }

    /**
     * Stops the node in good order.
     *
     * @return its process id
     * @throws Refusal when none runs, or it does not stop in time
     */
    long down() throws InterruptedException {
        NodeProcess process =
                process()
                        .orElseThrow(
                                () -> {
                                    return new Refusal(
                                            "no node is up (data in " + places.data() + ").");
                                });
        if (!process.stop(STOP_PATIENCE)) {
            throw new Refusal(
                    "the node (pid "
                            + process.pid()
                            + ") did not stop within "
                            + STOP_PATIENCE.toSeconds()
                            + " s; see "
                            + places.nodeLog()
                            + ", or end it with kill -9 "
                            + process.pid()
                            + ".");
        }
        NodeProcess.forget(places);
        return process.pid();
    }

    /**
     * The cache of bundles belongs to one build, since the framework would not notice new content
     * behind an old name; and it counts only once a start with it has succeeded, since one that was
     * cut off leaves it half made.
     *
     * @return what to write to {@link #cacheMark} when the node is ready
     */
    private String dropCacheOfAnotherBuild() throws IOException {
        String build = build();
        boolean good = Files.exists(cacheMark()) && Files.readString(cacheMark()).equals(build);
        if (!good) {
            delete(places.run().resolve("cache"));
        }
        Files.deleteIfExists(cacheMark());
        return build;
    }

    private Path cacheMark() {
        return places.run().resolve("build");
    }

    /** Names, sizes and times of all that the distribution would install. */
    private String build() throws IOException {
        StringBuilder text = new StringBuilder().append(places.home()).append('\n');
        try (Stream<Path> files = Files.walk(places.home())) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                text.append(file).append(' ').append(size(file)).append(' ');
                text.append(Files.getLastModifiedTime(file).toMillis()).append('\n');
            }
        }
        return text.toString();
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    private static long size(Path file) throws IOException {
        return Files.exists(file) ? Files.size(file) : 0;
    }

    private static List<String> lines(Path file, long from) {
        try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
            in.seek(Math.min(from, in.length()));
            byte[] tail =
                    new byte[Math.toIntExact(Math.min(in.length() - in.getFilePointer(), 4 << 20))];
            in.readFully(tail);
            return new String(tail, StandardCharsets.UTF_8).lines().toList();
        } catch (IOException unreadable) {
            return List.of();
        }
    }
}
