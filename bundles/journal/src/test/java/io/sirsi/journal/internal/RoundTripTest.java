package io.sirsi.journal.internal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sirsi.journal.Journal;
import io.sirsi.journal.JournalOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RoundTripTest {

    private static final Duration SOON = Duration.ofSeconds(10);

    @TempDir Path folder;

    @Test
    void what_was_appended_is_read_back_in_order_with_its_positions() throws Exception {
        List<String> sent = new ArrayList<>();
        List<Long> positions = new ArrayList<>();
        try (LocalJournals journals = LocalJournals.in(folder)) {
            Journal journal = journals.open("test", JournalOptions.SMALL, new ReadBack());
            for (int i = 0; i < 1_000; i++) {
                String text = "record " + i;
                byte[] bytes = text.getBytes(UTF_8);
                sent.add(text);
                positions.add(journal.append(bytes, 0, bytes.length));
            }
            assertThat(journal.awaitForced(positions.get(999), SOON)).isTrue();
        }
        ReadBack read = new ReadBack();
        try (LocalJournals journals = LocalJournals.in(folder)) {
            journals.open("test", JournalOptions.SMALL, read);
        }
        assertThat(read.records).isEqualTo(sent);
        assertThat(read.positions).isEqualTo(positions);
        assertThat(read.torn).isEqualTo(-1);
    }

    @Test
    void a_log_far_longer_than_its_ring_and_its_files_is_read_back_whole() throws Exception {
        byte[] record = new byte[10_000];
        long last = 0;
        int count = 3_000;
        try (LocalJournals journals = LocalJournals.in(folder)) {
            Journal journal = journals.open("test", JournalOptions.SMALL, new ReadBack());
            for (int i = 0; i < count; i++) {
                record[0] = (byte) ('a' + i % 26);
                last = journal.append(record, 0, 1 + i % record.length);
            }
            assertThat(journal.awaitForced(last, SOON)).isTrue();
        }
        ReadBack read = new ReadBack();
        try (LocalJournals journals = LocalJournals.in(folder)) {
            journals.open("test", JournalOptions.SMALL, read);
        }
        assertThat(read.records).hasSize(count);
        for (int i = 0; i < count; i++) {
            assertThat(read.records.get(i).length()).isEqualTo(1 + i % record.length);
            assertThat(read.records.get(i).charAt(0)).isEqualTo((char) ('a' + i % 26));
        }
        assertThat(read.positions.get(count - 1)).isEqualTo(last);
    }

    @Test
    void after_a_snapshot_only_later_records_are_read() throws Exception {
        try (LocalJournals journals = LocalJournals.in(folder)) {
            Journal journal = journals.open("test", JournalOptions.SMALL, new ReadBack());
            append(journal, "before");
            Journal.Snapshot snapshot = journal.beginSnapshot();
            append(journal, "after");
            snapshot.add("all".getBytes(UTF_8), 0, 3);
            snapshot.commit();
        }
        ReadBack read = new ReadBack();
        try (LocalJournals journals = LocalJournals.in(folder)) {
            journals.open("test", JournalOptions.SMALL, read);
        }
        assertThat(read.snapshot).containsExactly("all");
        assertThat(read.records).containsExactly("after");
    }

    @Test
    void a_second_opener_is_refused() throws Exception {
        try (LocalJournals one = LocalJournals.in(folder);
                LocalJournals two = LocalJournals.in(folder)) {
            one.open("test", JournalOptions.SMALL, new ReadBack());
            assertThatThrownBy(() -> two.open("test", JournalOptions.SMALL, new ReadBack()))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("is open already");
        }
    }

    private static long append(Journal journal, String text) {
        byte[] bytes = text.getBytes(UTF_8);
        return journal.append(bytes, 0, bytes.length);
    }
}
