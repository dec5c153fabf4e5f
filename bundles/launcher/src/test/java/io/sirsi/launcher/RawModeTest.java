package io.sirsi.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jline.terminal.Attributes;
import org.jline.terminal.Terminal.Signal;
import org.jline.terminal.impl.LineDisciplineTerminal;
import org.junit.jupiter.api.Test;

/** Who hears Ctrl-C, in a terminal that is in memory. */
class RawModeTest {

    private static final int CTRL_C = 3;

    private final List<Signal> raised = new ArrayList<>();

    @Test
    void what_is_typed_goes_to_the_node_and_raises_no_signal_here() throws IOException {
        try (LineDisciplineTerminal terminal = terminal()) {
            NodeShell.enterRawMode(terminal);
            for (int key : new int[] {CTRL_C, 26, 28, 4, 'x'}) {
                terminal.processInputBytes(new byte[] {(byte) key});
                assertThat(terminal.input().read()).isEqualTo(key);
            }
        }
        assertThat(raised).isEmpty();
    }

    @Test
    void what_the_terminal_was_set_to_brings_the_signal_back() throws IOException {
        try (LineDisciplineTerminal terminal = terminal()) {
            Attributes before = NodeShell.enterRawMode(terminal);
            terminal.setAttributes(before);
            terminal.processInputBytes(new byte[] {CTRL_C});
        }
        assertThat(raised).containsExactly(Signal.INT);
    }

    private LineDisciplineTerminal terminal() throws IOException {
        LineDisciplineTerminal terminal =
                new LineDisciplineTerminal(
                        "test", "dumb", new ByteArrayOutputStream(), StandardCharsets.UTF_8);
        terminal.handle(Signal.INT, raised::add);
        return terminal;
    }
}
