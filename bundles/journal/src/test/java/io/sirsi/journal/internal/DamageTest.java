package io.sirsi.journal.internal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sirsi.journal.Journal;
import io.sirsi.journal.JournalDamagedException;
import io.sirsi.journal.JournalOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DamageTest {

    private static final JournalOptions SIZES = new JournalOptions(1 << 16, 1 << 14, 1 << 12);

    private final SimulatedDisk disk = new SimulatedDisk(7);
    private final List<String> sent = new ArrayList<>();

    private DefaultJournal open(SimulatedDisk on, ReadBack read) throws IOException {
        return DefaultJournal.open(on, "log", SIZES, () -> 0L, read);
    }

    private void append(DefaultJournal journal, int count) {
        for (int i = 0; i < count; i++) {
            String text = sent.size() + "/" + "x".repeat(sent.size() * 37 % 500);
            byte[] bytes = text.getBytes(UTF_8);
            journal.append(bytes, 0, bytes.length);
            sent.add(text);
            if (i % 5 == 4) {
                journal.turn();
            }
        }
        while (journal.turn()) {
            assertThat(journal.forced()).isPositive();
        }
    }

    @Test
    void a_thousand_single_bit_flips_are_found_or_harmless() throws IOException {
        DefaultJournal journal = open(disk, new ReadBack());
        append(journal, 100);
        Journal.Snapshot snapshot = journal.beginSnapshot();
        for (int i = 0; i < 100; i++) {
            snapshot.add(("entry " + i).getBytes(UTF_8), 0, 7);
        }
        snapshot.commit();
        int before = sent.size();
        append(journal, 900);
        List<String> since = sent.subList(before, sent.size());
        SplittableRandom random = new SplittableRandom(42);
        int found = 0;
        int harmless = 0;
        for (int i = 0; i < 1_000; i++) {
            SimulatedDisk copy = disk.copy(i);
            List<String> names =
                    copy.names("log").stream()
                            .filter(name -> i(name) && copy.names("log").contains(name))
                            .toList();
            String name = names.get(random.nextInt(names.size()));
            int size = copy.content("log", name).length;
            copy.flip("log", name, random.nextLong(size * 8L));
            ReadBack read = new ReadBack();
            try {
                open(copy, read);
                assertThat(read.records).isEqualTo(since);
                assertThat(read.snapshot).hasSize(100).allMatch(text -> text.startsWith("entry"));
                harmless++;
            } catch (JournalDamagedException e) {
                assertThat(e).hasMessageContaining("journal export");
                found++;
            }
        }
        assertThat(found).isGreaterThan(200);
        assertThat(harmless).isGreaterThan(200);
    }

    private static boolean i(String name) {
        return name.startsWith("log-") || name.startsWith("snapshot-");
    }

    @Test
    void every_bit_of_a_forced_record_is_guarded_even_in_the_last_batch() throws IOException {
        DefaultJournal journal = open(disk, new ReadBack());
        append(journal, 3);
        byte[] bytes = "the last one".getBytes(UTF_8);
        int end = (int) journal.append(bytes, 0, bytes.length);
        journal.turn();
        journal.turn(); // Nothing comes: it notes that the last batch is on the disk.
        int frame = Frames.size(bytes.length);
        int guarded = Frames.HEADER + bytes.length;
        for (int bit = 0; bit < guarded * 8; bit++) {
            SimulatedDisk copy = disk.copy(bit);
            copy.flip("log", "log-0000000000000000000", (end - frame) * 8L + bit);
            assertThatThrownBy(() -> open(copy, new ReadBack()))
                    .isInstanceOfSatisfying(
                            JournalDamagedException.class,
                            e -> assertThat(e.offset()).isEqualTo(end - frame));
        }
    }

    @Test
    void a_record_torn_at_any_byte_is_cut_off_and_the_log_goes_on() throws IOException {
        DefaultJournal journal = open(disk, new ReadBack());
        append(journal, 10);
        byte[] last = "y".repeat(300).getBytes(UTF_8);
        int end = (int) journal.append(last, 0, last.length);
        journal.turn();
        int frame = Frames.size(last.length);
        // As after a loss of power in the middle of the batch: without the note that comes later.
        byte[] whole = disk.content("log", "log-0000000000000000000");
        for (int kept = 0; kept < Frames.HEADER + last.length; kept++) {
            SimulatedDisk copy = disk.copy(kept);
            byte[] lost = new byte[frame - kept];
            copy.overwrite("log", "log-0000000000000000000", end - frame + kept, lost);
            ReadBack read = new ReadBack();
            DefaultJournal again = open(copy, read);
            assertThat(read.records).isEqualTo(sent);
            if (kept == 0 || kept >= Frames.HEADER) { // Between, the sequence may be whole or not.
                assertThat(read.torn > 0).isEqualTo(kept > 0);
            }
            byte[] next = "next".getBytes(UTF_8);
            again.append(next, 0, next.length);
            again.close();
            ReadBack after = new ReadBack();
            open(copy, after);
            assertThat(after.records).hasSize(11).endsWith("next");
            assertThat(after.torn).isEqualTo(-1);
        }
        assertThat(Arrays.equals(whole, disk.content("log", "log-0000000000000000000"))).isTrue();
    }

    @Test
    void a_missing_file_is_named() throws IOException {
        DefaultJournal journal = open(disk, new ReadBack());
        append(journal, 900);
        journal.close();
        disk.remove("log", new Segment(1 << 16, 0).name());
        assertThatThrownBy(() -> open(disk, new ReadBack()))
                .isInstanceOf(JournalDamagedException.class)
                .hasMessageContaining("position 65536");
    }

    @Test
    void a_damaged_log_is_left_as_it_is() throws IOException {
        DefaultJournal journal = open(disk, new ReadBack());
        append(journal, 900);
        journal.close();
        disk.flip("log", new Segment(1 << 16, 0).name(), 12_345);
        long steps = disk.steps();
        assertThatThrownBy(() -> open(disk, new ReadBack()))
                .isInstanceOf(JournalDamagedException.class)
                .hasMessageContaining("log-0000000000000065536");
        assertThat(disk.steps()).isEqualTo(steps);
    }

    @Test
    void a_damaged_log_can_be_exported_but_for_the_damaged_record(@TempDir Path folder)
            throws IOException {
        DefaultJournal journal = open(disk, new ReadBack());
        append(journal, 900);
        journal.close();
        disk.flip("log", new Segment(1 << 16, 0).name(), 160_000);
        Path file = folder.resolve("export.jsonl");
        long count = LocalJournals.on(disk).export("log", file);
        assertThat(count).isEqualTo(sent.size() - 1);
        List<String> lines = Files.readAllLines(file);
        assertThat(lines.stream().filter(line -> line.startsWith("{\"damaged\":\"log-")))
                .hasSize(1);
        assertThat(lines).hasSize(sent.size());
        assertThat(lines.get(0)).matches("\\{\"position\":\\d+,\"length\":2,\"bytes\":\"MC8=\"}");
        assertThatThrownBy(() -> LocalJournals.on(disk).export("log", file))
                .isInstanceOf(IOException.class);
    }

    @Test
    void a_log_of_another_format_is_refused() throws IOException {
        DefaultJournal journal = open(disk, new ReadBack());
        append(journal, 3);
        journal.close();
        byte[] content = disk.content("log", "log-0000000000000000000");
        int at = 0;
        while (Frames.kind(word(content, at)) != Frames.MARKER) {
            at += Frames.size(Frames.length(word(content, at)));
        }
        content[at + 24] = 9;
        int crc = Frames.crc(Frames.crc(content, at + 16, 16), word(content, at), at);
        for (int i = 0; i < 4; i++) {
            content[at + 4 + i] = (byte) (crc >>> (8 * i));
        }
        disk.overwrite("log", "log-0000000000000000000", 0, content);
        assertThatThrownBy(() -> open(disk, new ReadBack()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("has format 9");
    }

    private static int word(byte[] content, int at) {
        return (content[at] & 0xFF)
                | (content[at + 1] & 0xFF) << 8
                | (content[at + 2] & 0xFF) << 16
                | (content[at + 3] & 0xFF) << 24;
    }
}
