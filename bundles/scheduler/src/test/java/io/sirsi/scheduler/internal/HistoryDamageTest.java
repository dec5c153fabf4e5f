package io.sirsi.scheduler.internal;

import static io.sirsi.scheduler.internal.FinishedTasks.START;
import static io.sirsi.scheduler.internal.FinishedTasks.finished;
import static io.sirsi.scheduler.internal.FinishedTasks.id;
import static io.sirsi.scheduler.internal.FinishedTasks.key;
import static io.sirsi.scheduler.internal.FinishedTasks.session;
import static org.assertj.core.api.Assertions.assertThat;

import io.sirsi.scheduler.internal.HistoryStore.Finished;
import io.sirsi.scheduler.internal.HistoryStore.Settings;
import io.sirsi.task.TaskQuery;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What crashes and disks do to files, done to them. */
class HistoryDamageTest {

    private static final int TASKS = 50;
    private static final Settings SETTINGS = new Settings(Duration.ofDays(7), 1L << 30, 20);
    private static final String FIRST = "0000000000000001";
    private static final String LAST = "0000000000000003";

    @TempDir Path folder;

    private Path pristine;
    private Path work;
    private long salts = 1;

    /** Two files with an index, and one that was appended to. */
    @BeforeEach
    void fill() throws IOException {
        pristine = folder.resolve("pristine");
        work = folder.resolve("work");
        try (HistoryStore history = open(pristine)) {
            for (int i = 0; i < TASKS; i++) {
                history.append(finished(i));
            }
            history.force();
        }
        assertThat(pristine.resolve(FIRST + ".index")).exists();
        assertThat(pristine.resolve(LAST + ".index")).doesNotExist();
    }

    @Test
    void after_a_crash_at_any_byte_all_that_was_wholly_written_is_there() throws IOException {
        SplittableRandom random = new SplittableRandom(11);
        byte[] data = Files.readAllBytes(pristine.resolve(LAST + ".data"));
        int least = 0;
        for (int i = 0; i < 150; i++) {
            int length = i < 70 ? i : random.nextInt(data.length);
            restore();
            Files.write(work.resolve(LAST + ".data"), Arrays.copyOf(data, length));
            try (HistoryStore history = open(work)) {
                int whole = wholeFrames(data, length);
                assertThat(history.size()).as("cut at %d", length).isEqualTo(40 + whole);
                assertThat(history.newest(TaskQuery.newest(1_000))).hasSize(40 + whole);
                assertThat(history.find(id(40 + whole))).isEmpty();
                least = Math.max(least, whole);
                for (int n = 0; n < TASKS; n++) {
                    history.append(finished(n));
                }
                history.force();
            }
            try (HistoryStore history = open(work)) {
                assertComplete(history);
            }
        }
        assertThat(least).isGreaterThan(7);
    }

    @Test
    void after_a_power_cut_an_end_of_zeros_or_rubbish_is_cut_off() throws IOException {
        SplittableRandom random = new SplittableRandom(12);
        for (int i = 0; i < 20; i++) {
            restore();
            byte[] tail = new byte[random.nextInt(10_000)];
            if (i % 2 == 0) {
                random.nextBytes(tail);
            }
            Path data = work.resolve(LAST + ".data");
            byte[] before = Files.readAllBytes(data);
            byte[] after = Arrays.copyOf(before, before.length + tail.length);
            System.arraycopy(tail, 0, after, before.length, tail.length);
            Files.write(data, after);
            try (HistoryStore history = open(work)) {
                assertComplete(history);
                assertThat(Files.size(data)).isEqualTo(before.length);
            }
        }
    }

    @Test
    void a_crash_while_an_index_is_written_leaves_nothing_behind() throws IOException {
        restore();
        Path index = work.resolve(FIRST + ".index");
        byte[] bytes = Files.readAllBytes(index);
        Files.delete(index);
        Files.write(work.resolve(FIRST + ".index.tmp"), Arrays.copyOf(bytes, bytes.length / 2));
        Files.write(work.resolve("0000000000000009.index"), bytes);
        try (HistoryStore history = open(work)) {
            assertComplete(history);
        }
        assertThat(index).hasBinaryContent(bytes);
        assertThat(work.resolve(FIRST + ".index.tmp")).doesNotExist();
        assertThat(work.resolve("0000000000000009.index")).doesNotExist();
    }

    @Test
    void an_index_that_is_cut_off_missing_or_of_other_data_is_made_again() throws IOException {
        byte[] index = Files.readAllBytes(pristine.resolve(FIRST + ".index"));
        byte[] other = Files.readAllBytes(pristine.resolve("0000000000000002.index"));
        for (byte[] damaged : List.of(new byte[0], Arrays.copyOf(index, 5_000), other)) {
            restore();
            Files.write(work.resolve(FIRST + ".index"), damaged);
            try (HistoryStore history = open(work)) {
                assertComplete(history);
            }
            assertThat(work.resolve(FIRST + ".index")).hasBinaryContent(index);
        }
    }

    @Test
    void a_flipped_bit_is_found_or_harmless_wherever_it_is() throws IOException {
        SplittableRandom random = new SplittableRandom(13);
        int found = 0;
        for (int i = 0; i < 1_000; i++) {
            restore();
            flip(random, work);
            try (HistoryStore history = open(work)) {
                found += assertNothingWrong(history);
            }
        }
        assertThat(found).as("flips that cost a task").isBetween(200, 990);
    }

    @Test
    void a_bit_that_flips_while_it_is_open_is_found_or_harmless() throws IOException {
        SplittableRandom random = new SplittableRandom(14);
        for (int i = 0; i < 300; i++) {
            restore();
            try (HistoryStore history = open(work)) {
                flip(random, work);
                assertNothingWrong(history);
            }
        }
    }

    @Test
    void an_index_that_is_damaged_while_it_is_open_is_made_again() throws IOException {
        restore();
        Path index = work.resolve(FIRST + ".index");
        byte[] bytes = Files.readAllBytes(index);
        try (HistoryStore history = open(work)) {
            for (int at = 4_096; at < bytes.length; at += 4_096) {
                byte[] damaged = bytes.clone();
                damaged[at + 17] ^= 4;
                Files.write(index, damaged);
                assertComplete(history);
                assertThat(index).hasBinaryContent(bytes);
            }
            Files.delete(index);
            assertComplete(history);
        }
    }

    @Test
    void both_copies_of_a_header_may_be_lost_where_there_is_an_index() throws IOException {
        restore();
        for (String name : List.of(FIRST, LAST)) {
            byte[] data = Files.readAllBytes(work.resolve(name + ".data"));
            data[5] ^= 1;
            data[37] ^= 1;
            Files.write(work.resolve(name + ".data"), data);
        }
        try (HistoryStore history = open(work)) {
            assertThat(history.find(id(5))).contains(finished(5));
            assertThat(history.size()).isEqualTo(40);
            assertThat(history.damaged()).isEqualTo(1);
            history.append(finished(48));
            assertThat(history.find(id(48))).contains(finished(48));
        }
        assertThat(work.resolve(LAST + ".data.damaged")).exists();
        try (HistoryStore history = open(work)) {
            assertThat(history.size()).isEqualTo(41);
        }
    }

    @Test
    void a_record_of_another_file_or_another_place_is_none() throws IOException {
        byte[] first = Files.readAllBytes(pristine.resolve(FIRST + ".data"));
        byte[] last = Files.readAllBytes(pristine.resolve(LAST + ".data"));
        int length = 12 + ByteBuffer.wrap(last).getInt(64 + 4);
        byte[] ofAnotherFile = last.clone();
        System.arraycopy(first, 64, ofAnotherFile, 64, 12 + ByteBuffer.wrap(first).getInt(64 + 4));
        byte[] ofAnotherPlace = last.clone();
        System.arraycopy(last, 64 + length, ofAnotherPlace, 64, length);
        for (byte[] damaged : List.of(ofAnotherFile, ofAnotherPlace)) {
            restore();
            Files.write(work.resolve(LAST + ".data"), damaged);
            try (HistoryStore history = open(work)) {
                assertThat(history.size()).isEqualTo(TASKS - 1);
                assertThat(history.find(id(40))).isEmpty();
                assertThat(history.find(id(41))).contains(finished(41));
                assertThat(history.damaged()).isEqualTo(1);
            }
        }
    }

    @Test
    void a_damaged_task_that_comes_again_is_known_again() throws IOException {
        restore();
        Path file = work.resolve(FIRST + ".data");
        byte[] data = Files.readAllBytes(file);
        data[100] ^= 1;
        Files.write(file, data);
        try (HistoryStore history = open(work)) {
            assertThat(history.find(id(0))).isEmpty();
            assertThat(history.find(id(0))).isEmpty();
            assertThat(history.damaged()).as("counted once").isEqualTo(1);
            history.append(finished(0));
            assertThat(history.find(id(0))).contains(finished(0));
            assertThat(history.newest(TaskQuery.newest(1_000))).hasSize(TASKS);
        }
    }

    private static int assertNothingWrong(HistoryStore history) {
        int missing = 0;
        for (int n = 0; n < TASKS; n++) {
            var found = history.find(id(n));
            if (found.isPresent()) {
                assertThat(found).contains(finished(n));
                assertThat(history.findKey(session(n), key(n))).contains(id(n));
            } else {
                missing++;
            }
        }
        assertThat(history.find(id(100_000))).isEmpty();
        List<Finished> all = history.newest(TaskQuery.newest(1_000));
        assertThat(all).hasSize(TASKS - missing).doesNotHaveDuplicates();
        // One flip damages one record; it may hit the header of a file without index, and its copy
        // holds.
        assertThat(missing).isLessThanOrEqualTo(1);
        return missing;
    }

    private static void assertComplete(HistoryStore history) {
        assertThat(history.size()).isEqualTo(TASKS);
        assertThat(assertNothingWrong(history)).isZero();
        assertThat(history.damaged()).isZero();
    }

    private static int wholeFrames(byte[] data, int length) {
        ByteBuffer bytes = ByteBuffer.wrap(data);
        int frames = 0;
        int at = 64;
        while (at + 12 <= length && at + 12 + bytes.getInt(at + 4) <= length) {
            at += 12 + bytes.getInt(at + 4);
            frames++;
        }
        return frames;
    }

    private static void flip(SplittableRandom random, Path where) throws IOException {
        List<Path> files;
        try (Stream<Path> some = Files.list(where)) {
            files = some.sorted().toList();
        }
        Path file = files.get(random.nextInt(files.size()));
        byte[] bytes = Files.readAllBytes(file);
        bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        Files.write(file, bytes);
    }

    private void restore() throws IOException {
        Files.createDirectories(work);
        try (Stream<Path> files = Files.list(work)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        try (Stream<Path> files = Files.list(pristine)) {
            for (Path file : files.toList()) {
                Files.copy(file, work.resolve(file.getFileName()));
            }
        }
    }

    private HistoryStore open(Path where) throws IOException {
        return HistoryStore.open(
                new ChannelDisk(where, 8),
                SETTINGS,
                new ManualClock(START),
                new SplittableRandom(salts++));
    }
}
