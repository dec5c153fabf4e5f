package io.sirsi.scheduler.internal;

import static io.sirsi.scheduler.internal.FinishedTasks.BLUE;
import static io.sirsi.scheduler.internal.FinishedTasks.RED;
import static io.sirsi.scheduler.internal.FinishedTasks.START;
import static io.sirsi.scheduler.internal.FinishedTasks.finished;
import static io.sirsi.scheduler.internal.FinishedTasks.id;
import static io.sirsi.scheduler.internal.FinishedTasks.key;
import static io.sirsi.scheduler.internal.FinishedTasks.session;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sirsi.scheduler.internal.HistoryStore.Finished;
import io.sirsi.scheduler.internal.HistoryStore.Settings;
import io.sirsi.task.Payload;
import io.sirsi.task.TaskQuery;
import io.sirsi.task.TaskSnapshot;
import io.sirsi.task.TaskSpec;
import io.sirsi.task.TaskState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HistoryStoreTest {

    private static final Settings SMALL = new Settings(Duration.ofDays(7), 1L << 30, 10);

    @TempDir Path folder;

    private final ManualClock clock = new ManualClock(START);
    private FaultyDisk disk;
    private HistoryStore history;

    @BeforeEach
    void open() throws IOException {
        open(SMALL);
    }

    @AfterEach
    void close() throws IOException {
        history.close();
    }

    @Test
    void a_task_is_found_as_soon_as_it_was_added() throws IOException {
        history.append(finished(7));

        assertThat(history.find(id(7))).contains(finished(7));
        assertThat(history.find(id(8))).isEmpty();
        assertThat(history.size()).isEqualTo(1);
    }

    @Test
    void tasks_are_found_in_every_file_and_after_it_was_opened_again() throws IOException {
        append(0, 95);
        assertAllFound(0, 95);

        history.force();
        assertThat(indexes()).hasSize(9);
        assertAllFound(0, 95);

        reopen();
        assertAllFound(0, 95);
        append(95, 120);
        history.force();
        assertAllFound(0, 120);
        assertThat(history.damaged()).isZero();
    }

    @Test
    void every_shape_of_task_comes_back_as_it_was() throws IOException {
        List<Finished> all = new ArrayList<>();
        for (long seed = 0; seed < 500; seed++) {
            RandomTasks tasks = new RandomTasks(seed);
            Finished finished =
                    new Finished(
                            new TaskSnapshot(
                                    tasks.taskId(),
                                    tasks.session(),
                                    tasks.owning(tasks.base()),
                                    tasks.ended(),
                                    tasks.instant()),
                            Duration.ofMillis(seed),
                            (int) seed);
            all.add(0, finished);
            history.append(finished);
        }
        history.force();

        assertThat(history.newest(TaskQuery.newest(1_000))).isEqualTo(all);
    }

    @Test
    void a_task_larger_than_every_buffer_comes_back() throws IOException {
        open(new Settings(Duration.ofDays(7), 1L << 30, 1_000));
        Finished large =
                finished(
                        1,
                        TaskSpec.of("scan").input(Payload.json("ü".repeat(Payload.MAX_LENGTH))),
                        new TaskState.Succeeded(START, Payload.json("x".repeat(1 << 20))));
        history.append(finished(0));
        history.append(large);
        history.append(finished(2));
        assertThat(history.find(id(1))).contains(large);

        reopen();
        assertThat(history.find(id(1))).contains(large);
        assertThat(history.find(id(2))).contains(finished(2));
    }

    @Test
    void a_list_of_huge_tasks_ends_when_the_heap_would_feel_it() throws IOException {
        String half = "x".repeat(1 << 20);
        for (int i = 0; i < 20; i++) {
            history.append(
                    finished(
                            i,
                            TaskSpec.of("scan").input(Payload.json(half)),
                            new TaskState.Succeeded(START, Payload.json(half))));
        }

        List<Finished> newest = history.newest(TaskQuery.newest(1_000));

        assertThat(newest)
                .extracting(finished -> finished.task().id())
                .containsExactlyElementsOf( // sixteen have 32 Mi characters, and one more goes over
                        IntStream.range(0, 17).mapToObj(i -> id(19 - i)).toList());
        assertThat(history.newest(TaskQuery.newest(3))).hasSize(3);
    }

    @Test
    void a_key_names_the_last_task_of_its_session_that_had_it() throws IOException {
        append(0, 25);
        TaskSpec again = TaskSpec.of("scan").idempotencyKey(key(4));
        history.append(finished(100, again, new TaskState.Cancelled(START, "by hand")));

        for (int i = 0; i < 2; i++) {
            assertThat(history.findKey(session(5), key(5))).contains(id(5));
            assertThat(history.findKey(session(24), key(24))).contains(id(24));
            assertThat(history.findKey(BLUE, key(4))).contains(id(100));
            assertThat(history.findKey(RED, key(5))).as("of another session").isEmpty();
            assertThat(history.findKey(BLUE, "never")).isEmpty();
            reopen();
        }
    }

    @Test
    void a_key_that_nobody_used_is_answered_without_the_disk() throws IOException {
        append(0, 1_000);
        history.force();
        int before = disk.reads;
        for (int i = 0; i < 1_000; i++) {
            assertThat(history.findKey(BLUE, "absent-" + i)).isEmpty();
        }

        assertThat(disk.reads - before).as("100 files, 1000 keys").isLessThan(5_000);
    }

    @Test
    void the_newest_come_first_and_no_more_than_asked_for() throws IOException {
        append(0, 35);

        assertThat(history.newest(TaskQuery.newest(12)))
                .isEqualTo(LongStream.range(0, 12).mapToObj(i -> finished(34 - i)).toList());
        assertThat(history.newest(TaskQuery.newest(1_000))).hasSize(35);
    }

    @Test
    void queries_choose_by_session_state_and_labels() throws IOException {
        append(0, 450);
        for (int i = 0; i < 2; i++) {
            assertThat(history.newest(query(Optional.of(RED), Set.of(), Map.of())))
                    .isEqualTo(expected(450, n -> n % 3 == 0));
            assertThat(history.newest(query(Optional.empty(), Set.of("Failed"), Map.of())))
                    .isEqualTo(expected(450, n -> n % 10 == 9));
            assertThat(history.newest(query(Optional.empty(), Set.of(), Map.of("lot", "lot-2"))))
                    .isEqualTo(expected(450, n -> n / 100 == 2));
            assertThat(
                            history.newest(
                                    query(
                                            Optional.of(BLUE),
                                            Set.of("Failed", "Running"),
                                            Map.of("lot", "lot-1"))))
                    .isEqualTo(expected(450, n -> n % 3 != 0 && n % 10 == 9 && n / 100 == 1));
            assertThat(history.newest(query(Optional.empty(), Set.of("Running"), Map.of())))
                    .isEmpty();
            assertThat(history.newest(query(Optional.empty(), Set.of(), Map.of("lot", "x"))))
                    .isEmpty();
            reopen();
        }
    }

    @Test
    void a_query_reads_only_the_tasks_that_fit() throws IOException {
        open(new Settings(Duration.ofDays(7), 1L << 30, 1_000));
        append(0, 10_000);
        history.force();
        int before = disk.reads;

        assertThat(history.newest(query(Optional.empty(), Set.of(), Map.of("lot", "lot-3"))))
                .hasSize(100);
        assertThat(disk.reads - before).isLessThan(1_000);
    }

    @Test
    void a_task_that_is_added_again_after_a_crash_is_there_once() throws IOException {
        append(0, 25);
        append(20, 30); // in memory
        reopen();
        append(0, 35); // on disk

        assertThat(history.size()).isEqualTo(35);
        assertThat(history.newest(TaskQuery.newest(1_000))).isEqualTo(expected(35, n -> true));
    }

    @Test
    void what_is_not_forced_may_be_lost_and_what_is_forced_is_not() throws IOException {
        open(new Settings(Duration.ofDays(7), 1L << 30, 100));
        append(0, 30);
        history.force();
        append(30, 40);

        // What a crash leaves is what was written: nothing closes this one.
        try (HistoryStore after = HistoryStore.open(copy(), SMALL, clock)) {
            assertThat(after.size()).isEqualTo(30);
            assertThat(after.newest(TaskQuery.newest(100))).isEqualTo(expected(30, n -> true));
        }
        assertThat(disk.forced).contains("0000000000000001.data", "names");
    }

    @Test
    void whole_files_go_when_their_last_task_is_older_than_it_is_kept() throws IOException {
        Duration keep = Duration.ofSeconds(100);
        open(new Settings(keep, 1L << 30, 10));
        append(0, 50);
        clock.pass(keep.plusSeconds(25));
        history.expire();

        // The tasks 0 to 9 and 10 to 19 ended more than 100 seconds ago.
        assertThat(history.newest(TaskQuery.newest(100))).isEqualTo(expected(50, n -> n >= 20));
        assertThat(history.find(id(5))).isEmpty();
        assertThat(history.findKey(session(5), key(5))).isEmpty();
        assertThat(history.find(id(20))).contains(finished(20));
        assertThat(history.size()).isEqualTo(30);
        assertThat(names()).noneMatch(name -> name.startsWith("0000000000000002."));
    }

    @Test
    void the_file_that_is_appended_to_does_not_keep_its_tasks_for_ever() throws IOException {
        Duration keep = Duration.ofSeconds(800);
        open(new Settings(keep, 1L << 30, 1_000));
        append(0, 5);
        clock.pass(Duration.ofMinutes(2));
        history.expire();
        append(5, 8);
        assertThat(history.size()).isEqualTo(8);
        assertThat(indexes()).hasSize(1);

        clock.pass(keep);
        history.expire();
        assertThat(history.size()).isZero();
        assertThat(names()).isEmpty();
        history.append(finished(9));
        assertThat(history.find(id(9))).contains(finished(9));
    }

    @Test
    void the_oldest_go_when_there_are_too_many_bytes() throws IOException {
        open(new Settings(Duration.ofDays(7), 100_000, 1_000_000));
        append(0, 5_000);
        history.expire();

        assertThat(history.bytes()).isBetween(60_000L, 150_000L);
        int left = (int) history.size();
        assertThat(left).isBetween(100, 1_500);
        assertThat(history.newest(TaskQuery.newest(5_000)))
                .isEqualTo(expected(5_000, n -> n >= 5_000 - left));
    }

    @Test
    void a_full_disk_is_said_and_overcome() throws IOException {
        open(new Settings(Duration.ofDays(7), 1L << 30, 2_000));
        append(0, 100);
        history.force();
        disk.bytesLeft = 50_000;
        assertThatThrownBy(
                        () -> {
                            append(100, 3_000);
                            history.force();
                        })
                .isInstanceOf(IOException.class)
                .hasMessageContaining("No space left");
        long taken = history.size();
        assertThat(taken).isBetween(200L, 2_000L);
        assertThatThrownBy(history::force).isInstanceOf(IOException.class);
        assertAllFound(0, taken);

        disk.bytesLeft = Long.MAX_VALUE;
        append(0, 5_000);
        history.force();
        assertAllFound(0, 5_000);
        reopen();
        assertThat(history.newest(TaskQuery.newest(10_000))).isEqualTo(expected(5_000, n -> true));
        assertThat(history.damaged()).isZero();
    }

    @Test
    void indexes_that_find_no_room_do_not_keep_the_data_from_being_forced() throws IOException {
        append(0, 15);
        history.force();
        append(15, 25);
        disk.bytesLeft = 4_000; // enough for ten tasks, too little for an index
        history.force();
        assertThat(indexes()).hasSize(1);
        assertAllFound(0, 25);
        assertThatThrownBy(() -> append(25, 80)).isInstanceOf(IOException.class);

        disk.bytesLeft = Long.MAX_VALUE;
        append(0, 80);
        history.force();
        assertThat(indexes()).hasSize(7);
        assertAllFound(0, 80);
    }

    @Test
    void expiry_works_on_a_full_disk() throws IOException {
        append(0, 95);
        history.force();
        append(95, 97);
        disk.bytesLeft = 0;
        clock.pass(Duration.ofDays(8));
        history.expire();

        assertThat(history.size()).as("in the file that cannot be ended now").isEqualTo(7);
        disk.bytesLeft = Long.MAX_VALUE;
        history.expire();
        assertThat(history.size()).isZero();
    }

    @Test
    void a_force_that_failed_is_made_good_by_writing_again() throws IOException {
        append(0, 5);
        disk.failsToForce = true;
        assertThatThrownBy(history::force).isInstanceOf(IOException.class);
        append(5, 8);

        disk.failsToForce = false;
        history.force();
        reopen();
        assertAllFound(0, 8);
    }

    @Test
    void what_a_failed_force_lost_is_never_called_forced() throws IOException {
        append(0, 5);
        disk.failsToForce = true;
        disk.losesWhatItFailsToForce = true;
        assertThatThrownBy(history::force).isInstanceOf(IOException.class);

        disk.failsToForce = false;
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(history::force)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("lost");
        }
        assertThatThrownBy(() -> history.append(finished(6))).isInstanceOf(IOException.class);
        assertThat(history.find(id(1))).contains(finished(1));
        assertThat(history.find(id(4))).as("the damaged one").isEmpty();

        reopen();
        append(0, 7);
        history.force();
        assertThat(history.newest(TaskQuery.newest(100))).hasSize(7);
    }

    @Test
    void a_disk_that_does_not_answer_is_not_an_absent_task() throws IOException {
        append(0, 30);
        history.force();
        disk.failsToRead = true;

        assertThatThrownBy(() -> history.find(id(3))).isInstanceOf(UncheckedIOException.class);
        assertThatThrownBy(() -> history.newest(TaskQuery.newest(30)))
                .isInstanceOf(UncheckedIOException.class);
        disk.failsToRead = false;
        assertAllFound(0, 30);
    }

    @Test
    void interrupted_threads_read_and_write_as_others_do_and_stay_interrupted() throws IOException {
        Thread.currentThread().interrupt();
        try {
            append(0, 50);
            history.force();
            assertAllFound(0, 50);
            assertThat(history.newest(TaskQuery.newest(100))).hasSize(50);
            history.expire();
            assertThat(Thread.currentThread().isInterrupted()).isTrue();
        } finally {
            Thread.interrupted();
        }
        reopen();
        assertAllFound(0, 50);
    }

    @Test
    void readers_see_whole_tasks_while_others_append_force_expire_and_interrupt() throws Exception {
        open(new Settings(Duration.ofDays(7), 1L << 30, 500));
        AtomicBoolean done = new AtomicBoolean();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        AtomicReference<Long> appended = new AtomicReference<>(0L);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            SplittableRandom random = new SplittableRandom(i);
            threads.add(
                    new Thread(
                            () -> {
                                while (!done.get()) {
                                    long end = appended.get();
                                    if (end > 0) {
                                        long number = random.nextLong(end);
                                        assertThat(history.find(id(number)))
                                                .contains(finished(number));
                                        assertThat(history.findKey(session(number), key(number)))
                                                .contains(id(number));
                                        assertThat(history.newest(TaskQuery.newest(20)))
                                                .hasSize((int) Math.min(20, end));
                                    }
                                }
                            }));
        }
        threads.add(
                new Thread(
                        () -> {
                            while (!done.get()) {
                                try {
                                    history.force();
                                    history.expire();
                                } catch (IOException e) {
                                    throw new UncheckedIOException(e);
                                }
                            }
                        }));
        for (Thread thread : threads) {
            thread.setUncaughtExceptionHandler(
                    (dead, e) -> {
                        failure.compareAndSet(null, e);
                        done.set(true);
                    });
            thread.start();
        }
        for (long number = 0; number < 20_000 && !done.get(); number++) {
            history.append(finished(number));
            appended.set(number + 1 < 20 ? 0 : number + 1);
            if (number % 50 == 0) {
                threads.get((int) (number / 50 % threads.size())).interrupt();
            }
        }
        done.set(true);
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(failure.get()).isNull();
        assertAllFound(0, 20_000);
        assertThat(history.damaged()).isZero();
    }

    @Test
    void two_hundred_thousand_tasks_are_found_quickly_and_take_little_heap() throws IOException {
        open(new Settings(Duration.ofDays(365), 1L << 40, 1 << 15));
        append(0, 200_000);
        history.force();
        long heap = RetainedHeap.of(history);
        // Filters of six files, and the memory of one that is appended to.
        assertThat(heap).isLessThan(200_000L / (1 << 15) * 2 * 10 * (1 << 15) / 8 + 6_000_000);

        long start = System.nanoTime();
        SplittableRandom random = new SplittableRandom(5);
        for (int i = 0; i < 20_000; i++) {
            long number = random.nextLong(200_000);
            assertThat(history.find(id(number)).orElseThrow().task().id()).isEqualTo(id(number));
            assertThat(history.find(id(1_000_000 + number))).isEmpty();
        }
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(30));
    }

    @Test
    void ten_times_the_tasks_take_no_more_heap_than_their_filters() throws IOException {
        Settings settings = new Settings(Duration.ofDays(365), 1L << 40, 1 << 14);
        open(settings);
        append(0, 2 * (1 << 14) + 500);
        history.force();
        long some = RetainedHeap.of(history);
        append(2 * (1 << 14) + 500, 20 * (1 << 14) + 500);
        history.force();
        long many = RetainedHeap.of(history);

        long filters = 18L * (1 << 14) * 2 * 10 / 8;
        long besides = 18 * 1_000;
        assertThat(many - some).isBetween(filters / 2, filters * 11 / 10 + besides);
    }

    @Test
    void refuses_what_makes_no_sense() throws IOException {
        assertThatThrownBy(() -> new Settings(Duration.ZERO, 1, 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Settings(Duration.ofDays(1), 0, 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Settings(Duration.ofDays(1), 1, 0))
                .isInstanceOf(IllegalArgumentException.class);
        TaskSnapshot ready =
                new TaskSnapshot(
                        id(1), BLUE, TaskSpec.of("t"), new TaskState.Ready(START), Instant.EPOCH);
        assertThatThrownBy(() -> new Finished(ready, Duration.ZERO, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("has not ended");
        history.close();
        history.close();
        assertThatThrownBy(() -> history.find(id(1))).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> history.append(finished(1)))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(history::force).isInstanceOf(IllegalStateException.class);
    }

    private interface Choice {
        boolean includes(long number);
    }

    private static List<Finished> expected(long end, Choice choice) {
        return LongStream.iterate(end - 1, n -> n >= 0, n -> n - 1)
                .filter(choice::includes)
                .mapToObj(FinishedTasks::finished)
                .toList();
    }

    private static TaskQuery query(
            Optional<io.sirsi.session.SessionId> session,
            Set<String> states,
            Map<String, String> labels) {
        return new TaskQuery(session, states, labels, 1_000_000);
    }

    private void append(long from, long to) throws IOException {
        for (long number = from; number < to; number++) {
            history.append(finished(number));
        }
    }

    private void assertAllFound(long from, long to) {
        for (long number = from; number < to; number++) {
            assertThat(history.find(id(number))).contains(finished(number));
            assertThat(history.findKey(session(number), key(number))).contains(id(number));
        }
    }

    private void open(Settings settings) throws IOException {
        if (history != null) {
            history.close();
        }
        disk = new FaultyDisk(new ChannelDisk(folder, 8));
        history = HistoryStore.open(disk, settings, clock, new SplittableRandom(42));
    }

    private void reopen() throws IOException {
        try {
            history.close();
        } catch (IOException e) {
            // What it could not force is what this is about.
        }
        open(SMALL);
    }

    private Path copy() throws IOException {
        Path copy = Files.createTempDirectory(folder, "crashed");
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, copy.resolve(file.getFileName()));
            }
        }
        return copy;
    }

    private List<String> names() throws IOException {
        return disk.list().stream().filter(name -> name.contains(".")).toList();
    }

    private List<String> indexes() throws IOException {
        return names().stream().filter(name -> name.endsWith(".index")).toList();
    }
}
