package io.sirsi.karaf;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The one command that a user begins with. */
class ScanIT {

    private static final Pattern SCAN = Pattern.compile("scan-[0-9a-z]{26}");
    private static final Pattern TYPE = Pattern.compile("host:[a-z-]+");

    private final Node node = Node.fresh();

    @TempDir private Path folder;

    @AfterEach
    void stop() {
        node.close();
    }

    @Test
    void scan_starts_a_node_prints_what_it_saw_and_writes_the_report() throws IOException {
        Path report = folder.resolve("report.html");

        Outcome scan = node.launcher("scan", "--report", report.toString());

        assertThat(scan.exitCode()).as(scan.toString()).isZero();
        assertThat(types(scan.out())).hasSizeGreaterThanOrEqualTo(5);
        assertThat(scan.out()).containsIgnoringCase("AWS").contains(report.toString());
        assertThat(report)
                .content()
                .contains("<html", "host:filesystem")
                .doesNotContain("src=\"http");
        assertThat(types(Files.readString(folder.resolve("report.jsonl"))))
                .isEqualTo(types(scan.out()));
        assertThat(node.log()).doesNotContain("| ERROR |");

        Outcome json = node.launcher("scan", "--json", "--report", report.toString());
        assertThat(json.exitCode()).as(json.toString()).isZero();
        assertThat(json.out().lines())
                .isNotEmpty()
                .allMatch(line -> line.startsWith("{") && line.endsWith("}"));
    }

    @Test
    void what_cannot_be_scanned_or_written_is_named() {
        node.up();
        assertThat(node.launcher("scan", "--report", "/proc/nowhere/report.html"))
                .satisfies(
                        outcome -> {
                            assertThat(outcome.exitCode()).isEqualTo(1);
                            assertThat(outcome.err().lines())
                                    .singleElement()
                                    .asString()
                                    .contains("/proc/nowhere");
                        });
        for (String[] wrong :
                new String[][] {
                    {"--type", "host:nonsense"}, {"--provider", "nocloud"}, {"--colour", "red"}
                }) {
            Outcome outcome =
                    node.launcher(
                            "scan",
                            "--report",
                            folder.resolve("report.html").toString(),
                            wrong[0],
                            wrong[1]);
            assertThat(outcome.exitCode()).as(outcome.toString()).isEqualTo(1);
            assertThat(outcome.out() + outcome.err())
                    .contains(wrong[0].equals("--colour") ? wrong[0] : wrong[1])
                    .doesNotContain("\tat ");
        }
    }

    @Test
    void kill_9_during_a_scan_loses_no_earlier_scan_and_marks_the_broken_one() throws Exception {
        String report = folder.resolve("report.html").toString();
        assertThat(node.launcher("scan", "--report", report).exitCode()).isZero();
        Process broken = node.launcherInBackground("scan", "--report", report);
        awaitTwoScans();
        node.kill9();
        assertThat(broken.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(broken.exitValue()).isNotZero();

        node.up();

        assertThat(node.exec("audit:verify").exitCode()).isZero();
        String scans = node.exec("cloud:scans --json").out();
        assertThat(scans).contains("INTERRUPTED").containsPattern("SUCCEEDED|PARTIAL");
        assertThat(scanIds(scans)).hasSize(2);
    }

    private void awaitTwoScans() throws InterruptedException {
        for (int i = 0; i < 200 && scanIds(node.exec("cloud:scans --json").out()).size() < 2; i++) {
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    private static Set<String> scanIds(String text) {
        return SCAN.matcher(text).results().map(MatchResult::group).collect(Collectors.toSet());
    }

    private static Set<String> types(String text) {
        return TYPE.matcher(text).results().map(MatchResult::group).collect(Collectors.toSet());
    }
}
