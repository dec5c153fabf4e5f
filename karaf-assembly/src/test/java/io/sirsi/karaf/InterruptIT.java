package io.sirsi.karaf;

import static org.assertj.core.api.Assertions.assertThat;

import io.sirsi.launcher.NodeShell;
import io.sirsi.launcher.Places;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jline.terminal.Size;
import org.jline.terminal.impl.LineDisciplineTerminal;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Who gives up: Ctrl-C in the shell, and of one command. */
class InterruptIT {

    private static final Node NODE = Node.fresh();
    private static final Pattern SESSION = Pattern.compile("s-[0-9a-z]{26}");
    private static final String PROMPT = "@sirsi\\(\\)> ";
    private static final int LOOKS = 200;
    private static final int LOOK_EVERY_MS = 50;
    private static final String CTRL_C = "\u0003";
    private static final String CTRL_D = "\u0004";

    private final ByteArrayOutputStream screen = new ByteArrayOutputStream();

    @BeforeAll
    static void start() {
        NODE.up();
    }

    @AfterAll
    static void stop() {
        NODE.close();
    }

    @Test
    void ctrl_c_ends_a_command_and_clears_a_line_and_ctrl_d_ends_the_shell() throws Exception {
        try (LineDisciplineTerminal terminal = terminal()) {
            CompletableFuture<OptionalInt> shell = shell(terminal);
            awaitOnScreen(PROMPT);
            type(terminal, "sleep 600\r");
            awaitRunning("pipe-sleep 600", true);

            type(terminal, CTRL_C);

            awaitRunning("pipe-sleep 600", false);
            // Typed in two parts, so that only what is printed has it in one.
            type(terminal, "echo 'first''Answer'\r");
            awaitOnScreen("firstAnswer");
            type(terminal, "never run");
            awaitOnScreen(" run");
            type(terminal, CTRL_C);
            awaitOnScreen("run\\^C.*" + PROMPT);
            type(terminal, "echo 'second''Answer'\r");
            awaitOnScreen("secondAnswer");
            assertThat(shell).isNotDone();

            type(terminal, CTRL_D);

            assertThat(shell.get(30, TimeUnit.SECONDS).orElse(0)).isZero();
        }
    }

    @Test
    void exit_ends_the_shell() throws Exception {
        try (LineDisciplineTerminal terminal = terminal()) {
            CompletableFuture<OptionalInt> shell = shell(terminal);
            awaitOnScreen(PROMPT);

            type(terminal, "exit\r");

            assertThat(shell.get(30, TimeUnit.SECONDS).orElse(0)).isZero();
        }
    }

    @Test
    void a_command_whose_caller_left_is_interrupted_and_its_exit_code_is_130() throws Exception {
        Matcher session = SESSION.matcher(NODE.exec("session:open --json wait").out());
        assertThat(session.find()).isTrue();
        Process launcher =
                NODE.launcherInBackground(
                        "exec",
                        "task:submit --session " + session.group() + " --wait --unknown-type none");
        awaitRunning("pipe-task:submit", true);
        BufferedReader said =
                new BufferedReader(
                        new InputStreamReader(launcher.getInputStream(), StandardCharsets.UTF_8));
        assertThat(said.readLine()).contains("has no agent that runs tasks of type 'none'");

        signal(launcher, "INT");

        assertThat(launcher.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(launcher.exitValue()).isEqualTo(130);
        awaitRunning("pipe-task:submit", false);
        assertThat(NODE.log()).doesNotContain("| ERROR |");
    }

    private static void signal(Process process, String name) throws Exception {
        Process kill = new ProcessBuilder("kill", "-" + name, "" + process.pid()).start();
        assertThat(kill.waitFor(30, TimeUnit.SECONDS)).isTrue();
    }

    private LineDisciplineTerminal terminal() throws IOException {
        LineDisciplineTerminal terminal =
                new LineDisciplineTerminal("screen", "xterm", screen, StandardCharsets.UTF_8);
        terminal.setSize(new Size(80, 24));
        return terminal;
    }

    private static CompletableFuture<OptionalInt> shell(LineDisciplineTerminal terminal) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try (NodeShell shell =
                            NodeShell.login(
                                    NODE.announcement(),
                                    new Places(Node.home(), NODE.data()).keys())) {
                        return shell.interact(terminal);
                    }
                });
    }

    private static void type(LineDisciplineTerminal terminal, String keys) throws IOException {
        terminal.processInputBytes(keys.getBytes(StandardCharsets.UTF_8));
    }

    private void awaitOnScreen(String regex) throws InterruptedException {
        Pattern wanted = Pattern.compile(regex, Pattern.DOTALL);
        String shown = "";
        for (int i = 0; i < LOOKS && !wanted.matcher(shown).find(); i++) {
            TimeUnit.MILLISECONDS.sleep(LOOK_EVERY_MS);
            shown = screen.toString(StandardCharsets.UTF_8);
        }
        assertThat(shown).containsPattern(wanted);
    }

    /** Gogo gives each command a thread with its name. */
    private static void awaitRunning(String thread, boolean wanted) throws InterruptedException {
        String threads = "";
        boolean there = !wanted;
        for (int i = 0; i < LOOKS && there != wanted; i++) {
            TimeUnit.MILLISECONDS.sleep(LOOK_EVERY_MS);
            threads = NODE.exec("shell:threads --list").out();
            there = threads.contains(thread);
        }
        assertThat(there).as(thread + " among " + threads).isEqualTo(wanted);
    }
}
