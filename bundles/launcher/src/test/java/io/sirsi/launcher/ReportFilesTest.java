package io.sirsi.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ReportFilesTest {

    private static final String SCAN = "scan-0123456789abcdefghjkmnpqrs";

    @TempDir private Path folder;

    @Test
    void both_files_appear_with_what_the_node_wrote() throws Exception {
        ReportFiles files = ReportFiles.of(folder.resolve("my.html").toString());

        files.write(SCAN, ReportFilesTest::echo);

        assertThat(folder.resolve("my.html")).hasContent("cloud:report --format html " + SCAN);
        assertThat(folder.resolve("my.jsonl")).hasContent("cloud:report --format jsonl " + SCAN);
        assertThat(names()).containsExactlyInAnyOrder("my.html", "my.jsonl");
    }

    @Test
    void a_report_that_the_node_refuses_leaves_the_old_one_alone() throws Exception {
        Files.writeString(folder.resolve("report.html"), "old");
        ReportFiles files = ReportFiles.of(folder.resolve("report.html").toString());

        assertThatThrownBy(() -> files.write(SCAN, (command, out) -> 1))
                .isInstanceOf(Refusal.class);

        assertThat(folder.resolve("report.html")).hasContent("old");
        assertThat(names()).containsExactly("report.html");
    }

    @Test
    void a_folder_that_is_not_there_is_named_before_anything_is_scanned() {
        ReportFiles files = ReportFiles.of(folder.resolve("nowhere/report.html").toString());

        assertThatThrownBy(files::requireWritable)
                .hasMessageContaining("there is no folder")
                .hasMessageContaining("nowhere");
    }

    @Test
    void a_folder_in_the_place_of_the_file_is_named() {
        assertThatThrownBy(ReportFiles.of(folder.toString())::requireWritable)
                .hasMessageContaining("that is a folder");
    }

    @Test
    void a_full_disk_is_one_sentence_that_says_how_to_get_the_report() throws Exception {
        Path full = Path.of("/dev/full");
        Assumptions.assumeTrue(
                Files.exists(full), "this system has no /dev/full to stand for a full disk");
        // The unfinished file is a link to the device that is always full.
        Path report = folder.resolve("report.html");
        Files.createSymbolicLink(
                folder.resolve(".report.html." + ProcessHandle.current().pid()), full);

        assertThatThrownBy(
                        () ->
                                ReportFiles.of(report.toString())
                                        .write(
                                                SCAN,
                                                (command, out) -> {
                                                    byte[] much = new byte[1 << 20];
                                                    try {
                                                        out.write(much);
                                                    } catch (IOException notHere) {
                                                        throw new UncheckedIOException(notHere);
                                                    }
                                                    return 0;
                                                }))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("cannot write the report to '" + report + "'")
                .hasMessageContaining("cloud:report --format html " + SCAN);
        assertThat(names()).isEmpty();
    }

    @Test
    void the_scan_is_read_off_the_last_line_only() throws Exception {
        assertThat(
                        scanOf(
                                false,
                                "scan "
                                        + other()
                                        + " COMPLETE\nhost:disk 3\nscan "
                                        + SCAN
                                        + " PARTIAL\n"))
                .isEqualTo(SCAN);
        assertThat(scanOf(false, "scan " + other() + " COMPLETE\nmore\n")).isEmpty();
    }

    @Test
    void the_scan_is_read_off_the_first_line_of_json_only() throws Exception {
        assertThat(
                        scanOf(
                                true,
                                "{\"kind\":\"scan\",\"id\":\""
                                        + SCAN
                                        + "\"}\n{\"id\":\""
                                        + other()
                                        + "\"}\n"))
                .isEqualTo(SCAN);
        assertThat(scanOf(true, "{\"kind\":\"resource\"}\n{\"id\":\"" + other() + "\"}\n"))
                .isEmpty();
    }

    private static String other() {
        return SCAN.replace('0', '9');
    }

    private static String scanOf(boolean json, String output) throws IOException {
        ByteArrayOutputStream passed = new ByteArrayOutputStream();
        ScanIdReader reader = new ScanIdReader(passed, json);
        reader.write(output.getBytes(StandardCharsets.UTF_8));
        assertThat(passed.toString(StandardCharsets.UTF_8)).isEqualTo(output);
        return reader.scan().orElse("");
    }

    private static int echo(String command, OutputStream out) {
        try {
            out.write(command.getBytes(StandardCharsets.UTF_8));
            return 0;
        } catch (IOException notHere) {
            throw new UncheckedIOException(notHere);
        }
    }

    private Stream<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).toList().stream();
        }
    }
}
