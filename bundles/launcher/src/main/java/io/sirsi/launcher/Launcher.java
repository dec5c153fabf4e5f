package io.sirsi.launcher;

import java.io.FileDescriptor;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;

/**
 * The commands of {@code ./sirsi} that concern a node: {@code up}, {@code down}, {@code status},
 * {@code exec}, {@code scan}, {@code wasm} and {@code shell}. The script finds Java and builds;
 * this class does the rest.
 *
 * <p>Read from the environment: {@code SIRSI_DATA} (the data folder), {@code SIRSI_JAVA_OPTS}
 * (further options for the node's JVM), and the variables of {@link DoorPorts} and {@link Login}.
 */
public final class Launcher {

    private final Places places;
    private final Map<String, String> environment;
    private final Node node;

    private Launcher(Places places, Map<String, String> environment) {
        this.places = places;
        this.environment = environment;
        this.node = new Node(places, environment, notice -> System.err.println("sirsi: " + notice));
    }

    /**
     * Runs one command and ends the JVM with its exit code.
     *
     * @param arguments the command and its words
     */
    public static void main(String... arguments) {
        int exitCode;
        try {
            Map<String, String> environment = System.getenv();
            Path home = Path.of(System.getProperty("sirsi.home", "."));
            Path data = Path.of(environment.getOrDefault("SIRSI_DATA", ".sirsi"));
            List<String> words = List.of(arguments);
            exitCode =
                    new Launcher(new Places(home, data), environment)
                            .run(
                                    words.isEmpty() ? "" : words.get(0),
                                    new Options(
                                            words.subList(
                                                    Math.min(1, words.size()), words.size())));
        } catch (Refusal refusal) {
            System.err.println("sirsi: " + refusal.sentence());
            exitCode = refusal.exitCode();
        } catch (InterruptedException e) {
            exitCode = Refusal.FAILED;
        } catch (RuntimeException | Error ours) {
            System.err.println(
                    "sirsi: a fault of the launcher itself: " + ours + "; please report it.");
            if (System.getenv("SIRSI_DEBUG") != null) {
                ours.printStackTrace();
            }
            exitCode = Refusal.FAILED;
        } catch (IOException e) {
            System.err.println(
                    "sirsi: cannot read or write "
                            + e.getMessage()
                            + " ("
                            + e.getClass().getSimpleName()
                            + ").");
            exitCode = Refusal.FAILED;
        }
        System.out.flush();
        // The threads of the SSH client are no reason to stay.
        Runtime.getRuntime().halt(exitCode);
    }

    private int run(String command, Options options) throws IOException, InterruptedException {
        return switch (command) {
            case "up" -> up(options);
            case "down" -> down(options);
            case "status" -> status(options);
            case "exec" -> exec(options);
            case "scan" -> scan(options);
            case "shell" -> shell(options);
            case "account" -> account(options);
            case "wasm" -> wasm(options);
            default -> throw new Refusal("'" + command + "' is no command; see ./sirsi help.");
        };
    }

    private int up(Options options) throws IOException, InterruptedException {
        Announcement announcement = node.up(options, false);
        System.out.println(
                "node is up: "
                        + announcement.doors()
                        + ", pid "
                        + announcement.pid()
                        + ", data in "
                        + places.data());
        return 0;
    }

    private int down(Options options) throws InterruptedException {
        options.requireAllTaken("down");
        long pid = node.down();
        System.out.println("node is down (pid " + pid + ")");
        return 0;
    }

    private int status(Options options) {
        boolean json = options.flag("--json");
        options.requireAllTaken("status");
        Optional<NodeProcess> process = node.process();
        Optional<Announcement> ready = node.ready();
        System.out.println(
                json
                        ? Status.json(places, process, ready, Instant.now())
                        : Status.text(places, process, ready, Instant.now()));
        return ready.isPresent() ? 0 : Refusal.DOWN;
    }

    private int exec(Options options) {
        SentFile file = SentFile.NONE;
        // Only in front: what comes after the command belongs to the command.
        if (options.rest().stream().findFirst().filter(Launcher::namesFile).isPresent()) {
            file = SentFile.read(options.value("--file").orElseThrow());
        }
        List<String> words = options.rest();
        if (words.isEmpty()) {
            throw new Refusal("exec needs a command, e.g. ./sirsi exec 'agent:list --json'.");
        }
        return onReadyNode(String.join(" ", words), file);
    }

    private static boolean namesFile(String word) {
        return word.equals("--file") || word.startsWith("--file=");
    }

    private int scan(Options options) throws IOException, InterruptedException {
        boolean json = options.flag("--json");
        ReportFiles reports = ReportFiles.of(options.value("--report").orElse("report.html"));
        reports.requireWritable();
        node.up(new Options(List.of()), true);
        String rest =
                options.rest().stream().map(ShellWord::quote).collect(Collectors.joining(" "));
        ScanIdReader out = new ScanIdReader(new StandardStream(FileDescriptor.out), json);
        int exitCode =
                onReadyNode(
                        ("cloud:scan " + (json ? "--json " : "") + progress() + " " + rest).trim(),
                        out);
        Optional<String> scan = out.scan();
        if (scan.isPresent()) {
            reports.write(scan.get(), this::onReadyNode);
            (json ? System.err : System.out)
                    .println("report " + reports.html() + ", JSON lines " + reports.jsonLines());
        }
        return exitCode;
    }

    /**
     * The script knows whether a person watches: a terminal gets bars as wide as it is, anything
     * else lines.
     */
    private String progress() {
        String columns = environment.getOrDefault("SIRSI_COLUMNS", "");
        return columns.matches("[1-9]\\d{0,3}")
                ? "--progress bars --width " + columns
                : "--progress lines";
    }

    private int account(Options options) throws IOException {
        if (!Files.isDirectory(places.etc())) {
            throw new Refusal(
                    "there are no accounts yet in "
                            + places.data()
                            + "; start a node with ./sirsi up first.");
        }
        System.out.println(new AccountCommand(new Accounts(places.etc()), System.in).run(options));
        return 0;
    }

    private int wasm(Options options) {
        List<String> words = options.rest();
        if (!words.isEmpty() && words.get(0).equals("new")) {
            System.out.println(
                    new ModuleTemplates(places.templates())
                            .make(new Options(words.subList(1, words.size()))));
            return 0;
        }
        WasmCommand wanted = WasmCommand.of(words);
        return onReadyNode(wanted.command(), wanted.file());
    }

    private int shell(Options options) throws IOException {
        options.requireAllTaken("shell");
        Announcement announcement = requireReady();
        try (Terminal terminal = TerminalBuilder.builder().system(true).dumb(false).build();
                NodeShell shell = login(announcement)) {
            return shell.interact(terminal).orElseGet(this::zeroIfStillUp);
        } catch (IllegalStateException noTerminal) {
            throw new Refusal(
                    "shell needs a terminal; run single commands with ./sirsi exec 'COMMAND'.");
        }
    }

    private int zeroIfStillUp() {
        if (node.ready().isEmpty()) {
            throw new Refusal("the shell ended because its node did; see ./sirsi status.");
        }
        return 0;
    }

    private int onReadyNode(String command, SentFile file) {
        try (NodeShell shell = login(requireReady())) {
            return shell.run(
                    command,
                    file,
                    new StandardStream(FileDescriptor.out),
                    new StandardStream(FileDescriptor.err));
        }
    }

    private int onReadyNode(String command, OutputStream out) {
        try (NodeShell shell = login(requireReady())) {
            return shell.run(command, out, new StandardStream(FileDescriptor.err));
        }
    }

    private NodeShell login(Announcement announcement) {
        return NodeShell.login(announcement, places.keys(), Login.of(environment, places.keys()));
    }

    private Announcement requireReady() {
        return node.ready()
                .orElseThrow(
                        () -> {
                            return new Refusal(
                                    "no node is up (data in "
                                            + places.data()
                                            + "); start it with ./sirsi up.");
                        });
    }

    /** How the state of a node is told. */
    static final class Status {

        private Status() {}

        static String text(
                Places places,
                Optional<NodeProcess> process,
                Optional<Announcement> ready,
                Instant now) {
            if (ready.isEmpty() || process.isEmpty()) {
                return process.map(
                                found ->
                                        "node is starting or stopping (pid "
                                                + found.pid()
                                                + "), data in "
                                                + places.data())
                        .orElse(
                                "node is down, data in "
                                        + places.data()
                                        + "; start it with ./sirsi up");
            }
            Announcement node = ready.get();
            Duration up = Duration.between(node.startedAt(), now);
            String memory =
                    process.get().residentKib().stream()
                            .mapToObj(kib -> ", " + kib / 1024 + " MiB")
                            .findFirst()
                            .orElse("");
            return "node is up: version "
                    + node.version()
                    + ", pid "
                    + node.pid()
                    + ", up "
                    + pretty(up)
                    + memory
                    + ", "
                    + node.doors()
                    + ", data in "
                    + places.data();
        }

        static String json(
                Places places,
                Optional<NodeProcess> process,
                Optional<Announcement> ready,
                Instant now) {
            StringBuilder text = new StringBuilder("{\"state\":\"");
            text.append(ready.isPresent() ? "up" : process.isPresent() ? "changing" : "down");
            text.append("\",\"data\":").append(quote(places.data().toString()));
            process.ifPresent(
                    found -> {
                        text.append(",\"pid\":").append(found.pid());
                        found.residentKib()
                                .ifPresent(kib -> text.append(",\"residentKib\":").append(kib));
                    });
            ready.ifPresent(
                    node ->
                            text.append(",\"version\":")
                                    .append(quote(node.version()))
                                    .append(",\"uptimeMs\":")
                                    .append(Duration.between(node.startedAt(), now).toMillis())
                                    .append(",\"sshHost\":")
                                    .append(quote(node.sshHost()))
                                    .append(",\"sshPort\":")
                                    .append(node.sshPort())
                                    .append(",\"jmxUrl\":")
                                    .append(quote(node.jmxUrl()))
                                    .append(",\"jmxTrouble\":")
                                    .append(quote(node.jmxTrouble())));
            return text.append('}').toString();
        }

        private static String pretty(Duration up) {
            if (up.toDays() > 0) {
                return up.toDays() + " d " + up.toHoursPart() + " h";
            }
            if (up.toHours() > 0) {
                return up.toHours() + " h " + up.toMinutesPart() + " min";
            }
            return up.toMinutes() > 0
                    ? up.toMinutes() + " min " + up.toSecondsPart() + " s"
                    : up.toSeconds() + " s";
        }

        private static String quote(String text) {
            return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
        }
    }
}
