package io.sirsi.journal.internal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sirsi.journal.Journal;
import io.sirsi.journal.JournalException;
import io.sirsi.journal.JournalOptions;
import io.sirsi.journal.JournalState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskTroubleTest {

    private static final JournalOptions SIZES = new JournalOptions(1 << 16, 1 << 14, 1 << 14);
    private static final byte[] RECORD = "z".repeat(1_000).getBytes(UTF_8);
    private static final Duration SOON = Duration.ofSeconds(10);

    private final SimulatedDisk disk = new SimulatedDisk(3);
    private final Heard heard = new Heard();
    private long clock;

    private DefaultJournal open(ReadBack read) throws IOException {
        DefaultJournal journal = DefaultJournal.open(disk, "log", SIZES, () -> clock, read);
        journal.listen(heard);
        return journal;
    }

    /** {@return how many were taken until it was full} */
    private static int fill(Journal journal, Runnable between) {
        int count = 0;
        try {
            while (count < 100_000) {
                journal.append(RECORD, 0, RECORD.length);
                count++;
                between.run();
            }
        } catch (JournalException e) {
            assertThat(e.state()).isEqualTo(JournalState.FULL);
            assertThat(e).hasMessageContaining("has no room").hasMessageContaining("free some");
        }
        return count;
    }

    @Test
    void a_full_disk_refuses_records_keeps_the_reserve_and_opens_again_by_itself()
            throws IOException {
        DefaultJournal journal = open(new ReadBack());
        disk.capacity(4 << 16);
        int count = fill(journal, journal::turn);
        assertThat(count).isGreaterThan(100).isLessThan(4 * 65);
        while (journal.turn()) {
            assertThat(journal.status().state()).isEqualTo(JournalState.FULL);
        }
        assertThat(heard.states).containsExactly(JournalState.FULL);
        int reserved = 0;
        try {
            while (reserved < 100) {
                journal.appendReserved(RECORD, 0, RECORD.length);
                reserved++;
            }
        } catch (JournalException e) {
            assertThat(e.state()).isEqualTo(JournalState.FULL);
        }
        assertThat(reserved).isBetween(14, 17);
        disk.capacity(Long.MAX_VALUE);
        clock += Duration.ofMillis(600).toNanos();
        journal.turn();
        journal.turn();
        assertThat(journal.status().state()).isEqualTo(JournalState.OPEN);
        assertThat(heard.states).containsExactly(JournalState.FULL, JournalState.OPEN);
        journal.append(RECORD, 0, RECORD.length);
        journal.close();
        ReadBack read = new ReadBack();
        open(read);
        assertThat(read.records).hasSize(count + reserved + 1);
    }

    @Test
    void a_full_log_takes_records_again_when_a_snapshot_gives_files_back() throws IOException {
        DefaultJournal journal = open(new ReadBack());
        disk.capacity((4 << 16) + 4_096);
        fill(journal, journal::turn);
        Journal.Snapshot snapshot = journal.beginSnapshot();
        snapshot.add(RECORD, 0, RECORD.length);
        snapshot.commit();
        journal.append(RECORD, 0, RECORD.length);
        assertThat(journal.status().state()).isEqualTo(JournalState.OPEN);
    }

    @Test
    void a_log_opens_on_a_full_disk() throws IOException {
        DefaultJournal journal = open(new ReadBack());
        disk.capacity(3 << 16);
        int count = fill(journal, journal::turn);
        disk.kill();
        ReadBack read = new ReadBack();
        DefaultJournal again = open(read);
        assertThat(read.records).hasSize(count);
        assertThat(again.appendReserved(RECORD, 0, RECORD.length)).isPositive();
        assertThat(again.turn()).isTrue();
    }

    @Test
    void an_error_of_a_force_fails_the_log_for_good() throws Exception {
        DefaultJournal journal = open(new ReadBack());
        journal.append(RECORD, 0, RECORD.length);
        journal.turn();
        long lost = journal.append(RECORD, 0, RECORD.length);
        disk.failForce(1);
        journal.turn();
        assertThat(journal.status().state()).isEqualTo(JournalState.FAILED);
        assertThat(heard.all.get(heard.all.size() - 1))
                .startsWith("FAILED: ")
                .contains("Input/output error", "restart the node");
        long steps = disk.steps();
        assertThatThrownBy(() -> journal.append(RECORD, 0, RECORD.length))
                .isInstanceOfSatisfying(
                        JournalException.class,
                        e -> assertThat(e.state()).isEqualTo(JournalState.FAILED));
        assertThatThrownBy(() -> journal.awaitForced(lost, SOON))
                .isInstanceOf(JournalException.class);
        assertThat(journal.turn()).isFalse();
        journal.close();
        assertThat(disk.steps()).isEqualTo(steps);
        assertThat(heard.states).containsExactly(JournalState.FAILED);
    }

    @Test
    void those_who_wait_are_told_of_an_error() throws Exception {
        try (LocalJournals journals = LocalJournals.on(disk)) {
            Journal journal = journals.open("log", SIZES, new ReadBack());
            journal.listen(heard);
            disk.awaitRest();
            disk.failForce(1);
            long position = journal.append(RECORD, 0, RECORD.length);
            assertThatThrownBy(() -> journal.awaitForced(position, SOON))
                    .isInstanceOfSatisfying(
                            JournalException.class,
                            e -> assertThat(e.state()).isEqualTo(JournalState.FAILED));
            assertThat(heard.next()).isEqualTo(JournalState.FAILED);
        }
    }

    @Test
    void closing_forces_what_was_appended_and_refuses_the_rest() throws Exception {
        LocalJournals journals = LocalJournals.on(disk);
        Journal journal = journals.open("log", SIZES, new ReadBack());
        for (int i = 0; i < 100; i++) {
            journal.append(RECORD, 0, RECORD.length);
        }
        journal.close();
        journal.close();
        disk.crash();
        assertThatThrownBy(() -> journal.append(RECORD, 0, RECORD.length))
                .isInstanceOf(JournalException.class)
                .hasMessageContaining("is closed");
        assertThatThrownBy(journal::beginSnapshot).isInstanceOf(JournalException.class);
        assertThat(journals.status()).isEmpty();
        ReadBack read = new ReadBack();
        open(read);
        assertThat(read.records).hasSize(100);
    }

    @Test
    void an_interrupted_thread_can_append_snapshot_and_close(@TempDir Path folder)
            throws Exception {
        ReadBack read = new ReadBack();
        try (LocalJournals journals = LocalJournals.in(folder)) {
            Journal journal = journals.open("log", JournalOptions.SMALL, new ReadBack());
            Thread.currentThread().interrupt();
            journal.append(RECORD, 0, RECORD.length);
            Journal.Snapshot snapshot = journal.beginSnapshot();
            snapshot.add(RECORD, 0, RECORD.length);
            snapshot.commit();
            journal.append(RECORD, 0, RECORD.length);
            journal.close();
            assertThat(Thread.interrupted()).isTrue();
        }
        try (LocalJournals journals = LocalJournals.in(folder)) {
            journals.open("log", JournalOptions.SMALL, read);
        }
        assertThat(read.snapshot).hasSize(1);
        assertThat(read.records).hasSize(1);
    }

    @Test
    void an_interrupted_listener_does_not_close_the_file(@TempDir Path folder) throws Exception {
        try (LocalJournals journals = LocalJournals.in(folder)) {
            Journal journal = journals.open("log", JournalOptions.SMALL, new ReadBack());
            journal.listen(
                    new io.sirsi.journal.JournalListener() {
                        @Override
                        public void forced(long position) {
                            Thread.currentThread().interrupt();
                        }

                        @Override
                        public void changed(JournalState state, String sentence) {
                            heard.changed(state, sentence);
                        }
                    });
            for (int i = 0; i < 20; i++) {
                long position = journal.append(RECORD, 0, RECORD.length);
                assertThat(journal.awaitForced(position, SOON)).isTrue();
            }
            assertThat(heard.states).isEmpty();
        }
    }

    @Test
    void a_listener_that_throws_does_not_stop_the_log_but_an_error_of_the_machine_does()
            throws Exception {
        try (LocalJournals journals = LocalJournals.on(disk)) {
            Journal journal = journals.open("log", SIZES, new ReadBack());
            journal.listen(
                    new io.sirsi.journal.JournalListener() {
                        private int count;

                        @Override
                        public void forced(long position) {
                            count++;
                            if (count > 1) {
                                throw new OutOfMemoryError("made up");
                            }
                            throw new IllegalStateException("made up");
                        }

                        @Override
                        public void changed(JournalState state, String sentence) {
                            heard.changed(state, sentence);
                        }
                    });
            long first = journal.append(RECORD, 0, RECORD.length);
            assertThat(journal.awaitForced(first, SOON)).isTrue();
            assertThat(heard.all).isEmpty();
            journal.append(RECORD, 0, RECORD.length);
            assertThat(heard.next()).isEqualTo(JournalState.FAILED);
            assertThatThrownBy(() -> journal.append(RECORD, 0, RECORD.length))
                    .isInstanceOf(JournalException.class)
                    .hasMessageContaining("made up");
        }
    }

    @Test
    void waiting_can_be_interrupted_and_can_time_out() throws Exception {
        try (LocalJournals journals = LocalJournals.on(disk)) {
            Journal journal = journals.open("log", SIZES, new ReadBack());
            long later = journal.end() + 1_000_000;
            assertThat(journal.awaitForced(later, Duration.ofMillis(5))).isFalse();
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> journal.awaitForced(later, SOON))
                    .isInstanceOf(InterruptedException.class);
        }
    }

    @Test
    void on_a_small_file_system_it_is_full_and_comes_back_within_a_second(@TempDir Path folder)
            throws Exception {
        Path mount = Files.createDirectory(folder.resolve("tiny"));
        assumeTrue(
                run("mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", mount.toString()),
                "a tmpfs cannot be mounted here: that takes Linux and root");
        try (LocalJournals journals = LocalJournals.in(mount)) {
            Journal journal = journals.open("log", JournalOptions.SMALL, new ReadBack());
            journal.listen(heard);
            Path ballast = mount.resolve("ballast");
            Files.write(ballast, new byte[3 << 20]);
            int count = fill(journal, () -> {});
            assertThat(count).isPositive();
            assertThat(heard.next()).isEqualTo(JournalState.FULL);
            journal.awaitForced(journal.appendReserved(RECORD, 0, RECORD.length), SOON);
            Files.delete(ballast);
            long begin = System.nanoTime();
            assertThat(heard.next()).isEqualTo(JournalState.OPEN);
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(SOON.dividedBy(5));
            long position = journal.append(RECORD, 0, RECORD.length);
            assertThat(journal.awaitForced(position, SOON)).isTrue();
            journal.close();
            ReadBack read = new ReadBack();
            journals.open("log", JournalOptions.SMALL, read);
            assertThat(read.records).hasSize(count + 2);
        } finally {
            run("umount", mount.toString());
        }
    }

    private static boolean run(String... command) throws IOException, InterruptedException {
        try {
            Process process =
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start();
            return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException e) {
            return false; // There is no such command.
        }
    }
}
