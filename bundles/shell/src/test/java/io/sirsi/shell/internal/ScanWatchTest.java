package io.sirsi.shell.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sirsi.cloud.CloudScope;
import io.sirsi.cloud.Scan;
import io.sirsi.cloud.ScanId;
import io.sirsi.cloud.ScanProgress;
import io.sirsi.cloud.ScanProgress.ScopeProgress;
import io.sirsi.cloud.ScanSpec;
import io.sirsi.cloud.ScanState;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ScanWatchTest {

    private static final ScanId SCAN = new ScanId("scan-0123456789abcdefghjkmnpqrs");

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    private final Deque<ScanProgress> progress = new ArrayDeque<>();
    private final ScriptedHypervisor hypervisor =
            new ScriptedHypervisor()
                    .answer(
                            "scanProgress",
                            none -> progress.size() > 1 ? progress.poll() : progress.element())
                    .answer("cancelScan", none -> true);

    @Test
    void lines_tell_each_place_once_when_it_is_done() throws Exception {
        progress.add(at(ScanState.RUNNING, place("local", 4, 1, 0)));
        progress.add(at(ScanState.RUNNING, place("local", 4, 4, 0)));
        progress.add(at(ScanState.COMPLETE, place("local", 4, 4, 0)));

        new ScanWatch(hypervisor.hypervisor(), out, time -> {})
                .follow(SCAN, ProgressDisplay.lines(out));

        assertThat(printed().lines()).containsExactly("host/here/local: 9 resources");
    }

    @Test
    void lines_name_what_failed() throws Exception {
        progress.add(at(ScanState.PARTIAL, place("local", 4, 3, 1)));

        new ScanWatch(hypervisor.hypervisor(), out, time -> {})
                .follow(SCAN, ProgressDisplay.lines(out));

        assertThat(printed()).contains("1 of 4 failed");
    }

    @Test
    void bars_are_redrawn_in_place_and_fit_the_width() throws Exception {
        progress.add(at(ScanState.RUNNING, place("local", 4, 2, 0)));
        progress.add(at(ScanState.COMPLETE, place("local", 4, 4, 0)));

        new ScanWatch(hypervisor.hypervisor(), out, time -> {})
                .follow(SCAN, ProgressDisplay.bars(out, 60));

        assertThat(printed()).contains("2/4").contains("4/4").contains("\u001b[2A");
        assertThat(printed().lines())
                .allSatisfy(
                        line ->
                                assertThat(line.replaceAll("\u001b\\[\\d*[AK]", ""))
                                        .hasSizeLessThanOrEqualTo(60));
    }

    @Test
    void an_interrupt_calls_the_scan_off() {
        progress.add(at(ScanState.RUNNING, place("local", 4, 2, 0)));
        ScanWatch watch =
                new ScanWatch(
                        hypervisor.hypervisor(),
                        out,
                        time -> {
                            throw new InterruptedException();
                        });

        assertThatThrownBy(() -> watch.follow(SCAN, ProgressDisplay.none()))
                .isInstanceOf(InterruptedException.class);
        assertThat(hypervisor.asked).contains("cancelScan[" + SCAN + "]");
    }

    @Test
    void a_scan_that_nobody_can_see_is_called_off() {
        progress.add(at(ScanState.RUNNING, place("local", 4, 4, 0)));
        PrintStream gone =
                new PrintStream(
                        new OutputStream() {
                            @Override
                            public void write(int b) throws IOException {
                                throw new IOException("closed");
                            }
                        },
                        true,
                        StandardCharsets.UTF_8);

        assertThatThrownBy(
                        () ->
                                new ScanWatch(hypervisor.hypervisor(), gone, time -> {})
                                        .follow(SCAN, ProgressDisplay.lines(gone)))
                .isInstanceOf(InterruptedException.class);
        assertThat(hypervisor.asked).contains("cancelScan[" + SCAN + "]");
    }

    private String printed() {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private static ScopeProgress place(String region, int tasks, int done, int failed) {
        return new ScopeProgress(new CloudScope("host", "here", region), tasks, done, failed, 9);
    }

    private static ScanProgress at(ScanState state, ScopeProgress... places) {
        return new ScanProgress(
                new Scan(
                        SCAN,
                        "ada",
                        ScanSpec.EVERYTHING,
                        state,
                        new Scan.Span(Instant.EPOCH, Optional.empty())),
                "discovering",
                List.of(places));
    }
}
