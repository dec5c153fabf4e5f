package io.sirsi.crashtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** A full disk and a disk that fails, under load. */
class FaultIT {

    private static final int PADDING = 4_000;
    private static final int WARM = 200;
    private static final long BACK_MS = 5_000;

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path folder;

    private Path small;

    @AfterEach
    void unmount() throws Exception {
        if (small != null) {
            run("umount", small.toString());
        }
    }

    @Test
    void a_full_disk_refuses_submissions_and_loses_nothing() throws Exception {
        Path disk = mounted("24m");
        try (Rig rig = new Rig(folder.resolve("h"), disk.resolve("data"), subject())) {
            rig.millisUntilAcknowledged(WARM, PADDING);
            fill(disk.resolve("ballast"));
            for (int i = 0; rig.refusals().isEmpty() && i < 10_000; i++) {
                rig.submit(PADDING);
            }
            rig.awaitAnswers();
            assertThat(rig.refusals()).isNotEmpty();
            assertThat(rig.refusals())
                    .allSatisfy(
                            refusal -> {
                                assertThat(refusal.text("reason")).isEqualTo("UNAVAILABLE");
                                assertThat(refusal.text("sentence")).contains("disk");
                            });
            assertThat(rig.dead()).isFalse();

            int before = rig.acknowledged();
            Files.delete(disk.resolve("ballast"));
            assertThat(rig.millisUntilAcknowledged(before + 1, PADDING)).isLessThan(BACK_MS);

            endsWell(rig);
        }
    }

    @Test
    void a_force_that_fails_stops_the_log_which_is_read_anew_and_loses_nothing() throws Exception {
        Path data = folder.resolve("data");
        try (Rig rig = new Rig(folder.resolve("h"), data, FailingDiskSubject.class.getName())) {
            for (int round = 1; round <= 5; round++) {
                rig.millisUntilAcknowledged(rig.acknowledged() + WARM, 10);
                int refused = rig.refusals().size();
                Files.createFile(FailingDiskSubject.trigger(data));
                for (int i = 0; rig.refusals().size() == refused && i < 10_000; i++) {
                    rig.submit(10);
                }
                rig.awaitAnswers();
                assertThat(rig.refusals()).hasSizeGreaterThan(refused);
                assertThat(rig.millisUntilAcknowledged(rig.acknowledged() + 1, 10))
                        .isLessThan(BACK_MS);
                assertThat(rig.dead()).isFalse();
            }

            endsWell(rig);
        }
    }

    /** What was refused is taken now; all ends; another life knows it all. */
    private static void endsWell(Rig rig) throws IOException, InterruptedException {
        rig.submitRefusedAgain();
        rig.awaitAnswers();
        rig.awaitEnds();
        rig.stop();
        rig.start();
        rig.askForAll();
        rig.stop();
        assertThat(rig.findings()).isEmpty();
    }

    private static String subject() {
        return SchedulerSubject.class.getName();
    }

    private Path mounted(String size) throws Exception {
        Path place = Files.createDirectory(folder.resolve("small"));
        int code = run("mount", "-t", "tmpfs", "-o", "size=" + size, "none", place.toString());
        assumeTrue(code == 0, "a small disk can only be mounted by root");
        small = place;
        return place;
    }

    private static int run(String... command) throws Exception {
        Process process;
        try {
            process = new ProcessBuilder(List.of(command)).inheritIO().start();
        } catch (IOException e) {
            return -1;
        }
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    private static void fill(Path file) throws IOException {
        byte[] block = new byte[4_096];
        try (OutputStream out = Files.newOutputStream(file)) {
            while (true) {
                out.write(block);
            }
        } catch (IOException full) {
            assertThat(file).isNotEmptyFile();
        }
    }
}
