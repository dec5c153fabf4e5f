package io.sirsi.journal.internal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sirsi.journal.FailPoint;
import io.sirsi.journal.Journal;
import io.sirsi.journal.JournalOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A process of its own is ended at each point; then the log is opened here. */
class FailPointTest {

    @TempDir Path folder;

    @ParameterizedTest
    @CsvSource({
        "K1-appended-not-written, 2, 1, ''",
        "K2-written-not-forced, 2, 2, ''",
        "K3-forced-not-told, 2, 2, ''",
        "K12-snapshot-written, 1, 3, ''",
        "K12-snapshot-forced, 1, 3, ''",
        "K12-snapshot-renamed, 1, 0, 3",
        "K12-snapshot-in-place, 1, 0, 3"
    })
    void a_process_that_ends_here_leaves(String point, int count, int records, String snapshot)
            throws Exception {
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Dsirsi.failpoint=" + point,
                                "-Dsirsi.failpoint.count=" + count,
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Child.class.getName(),
                                folder.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("child.log").toFile())
                        .start();
        assertThat(process.waitFor(40, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(FailPoint.EXIT_CODE);
        ReadBack read = new ReadBack();
        try (LocalJournals journals = LocalJournals.in(folder)) {
            journals.open("log", JournalOptions.SMALL, read);
        }
        assertThat(read.records).hasSize(records);
        assertThat(String.join("", read.snapshot)).isEqualTo(snapshot);
    }

    /** Appends three records, one at a time, then makes a snapshot that says 3. */
    public static final class Child {

        private Child() {}

        public static void main(String[] args) throws IOException, InterruptedException {
            LocalJournals journals = LocalJournals.in(Path.of(args[0]));
            Journal journal = journals.open("log", JournalOptions.SMALL, new ReadBack());
            for (int i = 1; i <= 3; i++) {
                byte[] record = ("record " + i).getBytes(UTF_8);
                long position = journal.append(record, 0, record.length);
                journal.awaitForced(position, Duration.ofSeconds(30));
            }
            Journal.Snapshot snapshot = journal.beginSnapshot();
            snapshot.add("3".getBytes(UTF_8), 0, 1);
            snapshot.commit();
        }
    }
}
