package io.sirsi.journal.internal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sirsi.journal.Journal;
import io.sirsi.journal.JournalOptions;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class SnapshotTest {

    private static final JournalOptions SIZES = new JournalOptions(1 << 16, 1 << 14, 1 << 12);
    private static final byte[] RECORD = "z".repeat(1_000).getBytes(UTF_8);

    private static DefaultJournal open(SimulatedDisk disk, ReadBack read) throws IOException {
        return DefaultJournal.open(disk, "log", SIZES, () -> 0L, read);
    }

    private static void append(DefaultJournal journal, int count) {
        for (int i = 0; i < count; i++) {
            journal.append(RECORD, 0, RECORD.length);
            journal.turn();
        }
    }

    private static void snapshot(DefaultJournal journal, String text) throws IOException {
        Journal.Snapshot snapshot = journal.beginSnapshot();
        snapshot.add(text.getBytes(UTF_8), 0, text.length());
        snapshot.commit();
    }

    @Test
    void a_crash_at_any_step_leaves_the_old_or_the_new() throws IOException {
        int olds = 0;
        int news = 0;
        for (int step = 1; ; step++) {
            for (int loss = 0; loss < 12; loss++) {
                SimulatedDisk disk = new SimulatedDisk(step * 100L + loss);
                DefaultJournal journal = open(disk, new ReadBack());
                append(journal, 100);
                snapshot(journal, "old");
                append(journal, 100);
                disk.crashAtStep(step);
                try {
                    snapshot(journal, "new");
                } catch (IOException e) {
                    assertThat(disk.isCrashed()).isTrue();
                }
                if (!disk.isCrashed()) {
                    assertThat(step).isGreaterThan(8);
                    assertThat(olds).isPositive();
                    assertThat(news).isPositive();
                    return;
                }
                if (loss % 3 == 0) {
                    disk.kill();
                } else {
                    disk.crash();
                }
                ReadBack read = new ReadBack();
                open(disk, read);
                if (read.snapshot.contains("old")) {
                    assertThat(read.records).hasSize(100);
                    olds++;
                } else {
                    assertThat(read.snapshot).containsExactly("new");
                    assertThat(read.records).isEmpty();
                    news++;
                }
            }
        }
    }

    @Test
    void files_are_used_again_and_what_they_held_is_never_read() throws IOException {
        SimulatedDisk disk = new SimulatedDisk(1);
        DefaultJournal journal = open(disk, new ReadBack());
        for (int round = 0; round < 30; round++) {
            append(journal, 90);
            snapshot(journal, "round " + round);
            assertThat(journal.status().use().bytesOnDisk()).isLessThan(8 << 16);
        }
        append(journal, 10);
        disk.kill();
        ReadBack read = new ReadBack();
        open(disk, read);
        assertThat(read.snapshot).containsExactly("round 29");
        assertThat(read.records).hasSize(10);
        assertThat(read.torn).isEqualTo(-1);
    }

    @Test
    void one_snapshot_at_a_time_and_an_aborted_one_leaves_nothing() throws IOException {
        SimulatedDisk disk = new SimulatedDisk(1);
        DefaultJournal journal = open(disk, new ReadBack());
        append(journal, 3);
        Journal.Snapshot snapshot = journal.beginSnapshot();
        assertThatThrownBy(journal::beginSnapshot).isInstanceOf(IllegalStateException.class);
        snapshot.abort();
        snapshot.abort();
        assertThat(disk.names("log")).noneMatch(name -> name.startsWith("snapshot"));
        snapshot(journal, "later");
        assertThat(journal.bytesSinceSnapshot()).isLessThan(100);
        assertThat(disk.names("log")).filteredOn(name -> name.startsWith("snapshot")).hasSize(1);
    }

    @Test
    void a_snapshot_that_does_not_fit_leaves_the_log_as_it_was() throws IOException {
        SimulatedDisk disk = new SimulatedDisk(1);
        DefaultJournal journal = open(disk, new ReadBack());
        append(journal, 3);
        disk.capacity(0);
        Journal.Snapshot snapshot = journal.beginSnapshot();
        snapshot.add(RECORD, 0, RECORD.length);
        assertThatThrownBy(snapshot::commit).isInstanceOf(IOException.class);
        append(journal, 3);
        disk.kill();
        ReadBack read = new ReadBack();
        open(disk, read);
        assertThat(read.records).hasSize(6);
        assertThat(read.snapshot).isEmpty();
    }

    @Test
    void records_of_a_snapshot_may_be_longer_than_its_buffer() throws IOException {
        SimulatedDisk disk = new SimulatedDisk(1);
        DefaultJournal journal = open(disk, new ReadBack());
        Journal.Snapshot snapshot = journal.beginSnapshot();
        for (int size : new int[] {1, 15, 16, 17, 262_127, 262_128, 262_129, 1_500_000, 3}) {
            snapshot.add(new byte[size], 0, size);
        }
        snapshot.commit();
        disk.kill();
        ReadBack read = new ReadBack();
        open(disk, read);
        assertThat(read.snapshot.stream().map(String::length))
                .containsExactly(1, 15, 16, 17, 262_127, 262_128, 262_129, 1_500_000, 3);
    }
}
