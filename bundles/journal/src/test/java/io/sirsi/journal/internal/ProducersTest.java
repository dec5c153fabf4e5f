package io.sirsi.journal.internal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.sirsi.journal.Journal;
import io.sirsi.journal.JournalListener;
import io.sirsi.journal.JournalOptions;
import io.sirsi.journal.JournalState;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProducersTest {

    private static final Duration SOON = Duration.ofSeconds(20);

    /** Small, so that the ring is full and goes around all the time. */
    private static final JournalOptions TIGHT = new JournalOptions(1 << 18, 1 << 14, 1 << 14);

    @TempDir Path folder;

    @Test
    void records_of_many_threads_are_whole_and_each_thread_keeps_its_order() throws Exception {
        int threads = 6;
        int each = 4_000;
        try (LocalJournals journals = LocalJournals.in(folder)) {
            Journal journal = journals.open("log", TIGHT, new ReadBack());
            ExecutorService pool = Executors.newFixedThreadPool(threads);
            List<Future<Long>> done = new ArrayList<>();
            for (int thread = 0; thread < threads; thread++) {
                int mine = thread;
                done.add(pool.submit(() -> produce(journal, mine, each)));
            }
            for (Future<Long> future : done) {
                assertThat(journal.awaitForced(future.get(), SOON)).isTrue();
            }
            pool.shutdown();
            assertThat(journal.status().use().records()).isEqualTo((long) threads * each);
        }
        ReadBack read = new ReadBack();
        try (LocalJournals journals = LocalJournals.in(folder)) {
            journals.open("log", TIGHT, read);
        }
        assertThat(read.records).hasSize(threads * each);
        int[] next = new int[threads];
        for (String record : read.records) {
            String[] parts = record.split(" ", -1);
            int thread = Integer.parseInt(parts[0]);
            assertThat(Integer.parseInt(parts[1])).isEqualTo(next[thread]);
            assertThat(parts[2]).isEqualTo(filling(thread, next[thread]));
            next[thread]++;
        }
        assertThat(next).containsOnly(each);
    }

    private static String filling(int thread, int number) {
        return String.valueOf((char) ('a' + thread)).repeat((number * 31 + thread) % 700);
    }

    private static long produce(Journal journal, int thread, int count) {
        long position = 0;
        for (int i = 0; i < count; i++) {
            byte[] bytes = (thread + " " + i + " " + filling(thread, i)).getBytes(UTF_8);
            long next = journal.append(bytes, 0, bytes.length);
            assertThat(next).isGreaterThan(position);
            position = next;
        }
        return position;
    }

    @Test
    void what_a_listener_appends_is_written_before_the_force_and_forced_with_it() throws Exception {
        SimulatedDisk disk = new SimulatedDisk(1);
        DefaultJournal journal = DefaultJournal.open(disk, "log", TIGHT, () -> 0L, new ReadBack());
        Heard heard = new Heard();
        byte[] answer = "answer".getBytes(UTF_8);
        journal.listen(
                new JournalListener() {
                    @Override
                    public void written(long position) {
                        if (heard.all.isEmpty()) {
                            journal.append(answer, 0, answer.length);
                        }
                        heard.written(position);
                    }

                    @Override
                    public void forced(long position) {
                        heard.forced(position);
                    }

                    @Override
                    public void changed(JournalState state, String sentence) {
                        heard.changed(state, sentence);
                    }
                });
        long first = journal.append(answer, 0, answer.length);
        assertThat(journal.turn()).isTrue();
        long end = journal.end();
        assertThat(end).isGreaterThan(first);
        assertThat(heard.all.get(heard.all.size() - 1)).isEqualTo("forced " + end);
        assertThat(heard.all).filteredOn(text -> text.startsWith("forced")).hasSize(1);
        assertThat(journal.status().use().forces()).isEqualTo(1);
    }

    @Test
    void a_listener_may_append_more_than_the_ring_holds() throws Exception {
        byte[] big = new byte[4_000];
        try (LocalJournals journals = LocalJournals.in(folder)) {
            Journal journal = journals.open("log", TIGHT, new ReadBack());
            journal.listen(
                    new JournalListener() {
                        private boolean done;

                        @Override
                        public void forced(long position) {
                            if (!done) {
                                done = true;
                                for (int i = 0; i < 100; i++) {
                                    journal.append(big, 0, big.length);
                                }
                            }
                        }

                        @Override
                        public void changed(JournalState state, String sentence) {
                            done = true;
                        }
                    });
            journal.awaitForced(journal.append(big, 0, big.length), SOON);
        }
        ReadBack read = new ReadBack();
        try (LocalJournals journals = LocalJournals.in(folder)) {
            journals.open("log", TIGHT, read);
        }
        assertThat(read.records).hasSize(101);
    }

    @Test
    void every_length_from_one_byte_to_the_longest_comes_back() throws Exception {
        SimulatedDisk disk = new SimulatedDisk(1);
        DefaultJournal journal = DefaultJournal.open(disk, "log", TIGHT, () -> 0L, new ReadBack());
        int longest = journal.maxRecordBytes();
        assertThat(longest).isEqualTo((1 << 14) / 4 - 16);
        byte[] record = new byte[longest + 2];
        for (int length = 1; length <= longest; length++) {
            record[length] = (byte) length;
            journal.append(record, 1, length);
            journal.turn();
        }
        assertThatThrownBy(() -> journal.append(record, 0, longest + 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("has 1 to 4080 bytes, not 4081");
        assertThatThrownBy(() -> journal.append(record, 0, 0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> journal.append(record, 4_000, 4_000))
                .isInstanceOf(IndexOutOfBoundsException.class);
        disk.kill();
        int[] expected = {1};
        DefaultJournal.open(
                disk,
                "log",
                TIGHT,
                () -> 0L,
                new ReadBack() {
                    @Override
                    public void record(long position, ByteBuffer bytes) {
                        assertThat(bytes.remaining()).isEqualTo(expected[0]);
                        assertThat(bytes.get(bytes.limit() - 1)).isEqualTo((byte) expected[0]);
                        expected[0]++;
                    }
                });
        assertThat(expected[0]).isEqualTo(longest + 1);
    }

    @Test
    void sizes_may_change_from_one_opening_to_the_next() throws Exception {
        SimulatedDisk disk = new SimulatedDisk(1);
        JournalOptions[] sizes = {
            new JournalOptions(1 << 18, 1 << 14, 0),
            new JournalOptions(1 << 16, 1 << 16, 1 << 16),
            new JournalOptions(1 << 20, 1 << 18, 1 << 10),
            new JournalOptions(1 << 17, 1 << 15, 1 << 18)
        };
        List<String> sent = new ArrayList<>();
        for (int round = 0; round < 24; round++) {
            ReadBack read = new ReadBack();
            DefaultJournal journal =
                    DefaultJournal.open(disk, "log", sizes[round % sizes.length], () -> 0L, read);
            assertThat(read.records).isEqualTo(sent);
            for (int i = 0; i < 20 + round * 13; i++) {
                String text = round + "/" + "x".repeat((i * 71 + round) % 3_000);
                journal.append(text.getBytes(UTF_8), 0, text.length());
                sent.add(text);
                if (i % 7 == 0) {
                    journal.turn();
                }
            }
            if (round % 2 == 0) {
                journal.close();
            } else {
                while (journal.turn()) {
                    assertThat(journal.end()).isPositive();
                }
            }
            disk.crash();
        }
    }

    @Test
    void appending_does_not_allocate() throws Exception {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        byte[] record = new byte[200];
        try (LocalJournals journals = LocalJournals.in(folder)) {
            Journal journal = journals.open("log", JournalOptions.SMALL, new ReadBack());
            appendMany(journal, record, 60_000);
            long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
            appendMany(journal, record, 2_000);
            long after = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
            assertThat(after - before).isLessThan(2_000); // Less than one byte a record.
        }
    }

    private static void appendMany(Journal journal, byte[] record, int count) throws Exception {
        long position = 0;
        for (int i = 0; i < count; i++) {
            position = journal.append(record, 0, record.length);
        }
        journal.awaitForced(position, SOON);
    }
}
