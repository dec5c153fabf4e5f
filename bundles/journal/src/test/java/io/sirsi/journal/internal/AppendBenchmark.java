package io.sirsi.journal.internal;

import io.sirsi.journal.Journal;
import io.sirsi.journal.JournalOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.atomic.LongAdder;

/**
 * Compares durable appends of 200 bytes with the same bytes written to a file that was written
 * before, interleaved in one run: write and force, and the same file opened with DSYNC. Prints the
 * median over the rounds of the ratio of each round, and rates from the median commit.
 *
 * <p>Arguments: a folder on the disk to measure, rounds, seconds per measurement.
 */
public final class AppendBenchmark {

    private static final int RECORD = 200;
    private static final int FILE = 64 << 20;
    private static final int[] BATCHES = {1, 32, 256};

    private final Path folder;
    private final long nanos;
    private final byte[] record = new byte[RECORD];
    private final long[] times = new long[4_000_000];
    private double forcesPerBatch;

    private AppendBenchmark(Path folder, double seconds) {
        this.folder = folder;
        this.nanos = (long) (seconds * 1e9);
        Arrays.fill(record, (byte) 'x');
    }

    public static void main(String[] args) throws Exception {
        Path folder = Files.createTempDirectory(Path.of(args.length > 0 ? args[0] : "."), "append");
        int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 9;
        double seconds = args.length > 2 ? Double.parseDouble(args[2]) : 0.5;
        new AppendBenchmark(folder, seconds).run(rounds);
    }

    private record Figures(double rate, double medianMicros) {}

    private void run(int rounds) throws Exception {
        try (FileChannel forced = prewritten("forced");
                FileChannel synced = prewritten("synced", StandardOpenOption.DSYNC);
                LocalJournals journals = LocalJournals.in(folder)) {
            Journal journal = journals.open("bench", JournalOptions.DEFAULT, new ReadBack());
            for (int batch : BATCHES) {
                raw(forced, batch, true);
                ours(journal, batch);
                double[] ratio = new double[rounds];
                double[] medianRatio = new double[rounds];
                double[] syncRatio = new double[rounds];
                Figures raw = null;
                Figures sync = null;
                Figures ours = null;
                for (int round = 0; round < rounds; round++) {
                    raw = raw(forced, batch, true);
                    ours = ours(journal, batch);
                    sync = raw(synced, batch, false);
                    ratio[round] = ours.rate / raw.rate;
                    medianRatio[round] = raw.medianMicros / ours.medianMicros;
                    syncRatio[round] = sync.rate / raw.rate;
                }
                System.out.printf(
                        Locale.ROOT,
                        "batch %3d: ours/raw %s; by p50 %s; dsync/raw %s; last: raw %.0f/s p50 %.0f"
                                + " us, dsync %.0f/s p50 %.0f us, ours %.0f/s p50 %.0f us, %.2f forces a batch%n",
                        batch,
                        spread(ratio),
                        spread(medianRatio),
                        spread(syncRatio),
                        raw.rate,
                        raw.medianMicros,
                        sync.rate,
                        sync.medianMicros,
                        ours.rate,
                        ours.medianMicros,
                        forcesPerBatch);
            }
            secondLog(journals, journal, rounds);
        }
    }

    /** What a log of one's own costs: two callers on one log, and each on a log of its own. */
    private void secondLog(LocalJournals journals, Journal one, int rounds) throws Exception {
        long begin = System.nanoTime();
        Journal other = journals.open("second", JournalOptions.DEFAULT, new ReadBack());
        System.out.printf(
                Locale.ROOT,
                "second log: opened in %.0f ms, %d MiB on disk, ring of %d MiB%n",
                (System.nanoTime() - begin) / 1e6,
                other.status().use().bytesOnDisk() >> 20,
                JournalOptions.DEFAULT.ringBytes() >> 20);
        double[] ratio = new double[rounds];
        double shared = 0;
        double apart = 0;
        for (int round = 0; round < rounds; round++) {
            shared = together(one, one);
            apart = together(one, other);
            ratio[round] = apart / shared;
        }
        System.out.printf(
                Locale.ROOT,
                "two callers, batch 1: two logs/one log %s; last: one log %.0f/s, two logs %.0f/s%n",
                spread(ratio),
                shared,
                apart);
    }

    private double together(Journal first, Journal second) throws Exception {
        LongAdder count = new LongAdder();
        long begin = System.nanoTime();
        Thread thread = new Thread(() -> appendFor(second, begin, count));
        thread.start();
        appendFor(first, begin, count);
        thread.join();
        return count.sum() * 1e9 / (System.nanoTime() - begin);
    }

    private void appendFor(Journal journal, long begin, LongAdder count) {
        try {
            while (System.nanoTime() - begin < nanos) {
                long position = journal.append(record, 0, RECORD);
                journal.awaitForced(position, Duration.ofSeconds(10));
                count.increment();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String spread(double[] values) {
        Arrays.sort(values);
        return String.format(
                Locale.ROOT,
                "%.2f [%.2f-%.2f]",
                values[values.length / 2],
                values[0],
                values[values.length - 1]);
    }

    private FileChannel prewritten(String name, StandardOpenOption... more) throws IOException {
        Path file = folder.resolve(name);
        Files.write(file, new byte[FILE]);
        StandardOpenOption[] options = Arrays.copyOf(more, more.length + 1);
        options[more.length] = StandardOpenOption.WRITE;
        FileChannel channel = FileChannel.open(file, options);
        channel.force(true);
        return channel;
    }

    private Figures raw(FileChannel channel, int batch, boolean force) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocateDirect(batch * RECORD);
        long begin = System.nanoTime();
        long at = 0;
        int count = 0;
        while (System.nanoTime() - begin < nanos) {
            long start = System.nanoTime();
            bytes.clear();
            for (int i = 0; i < batch; i++) {
                bytes.put(record);
            }
            bytes.flip();
            if (at + bytes.remaining() > FILE) {
                at = 0;
            }
            at += channel.write(bytes, at);
            if (force) {
                channel.force(false);
            }
            times[count++] = System.nanoTime() - start;
        }
        return figures(count, batch, System.nanoTime() - begin);
    }

    private Figures ours(Journal journal, int batch) throws Exception {
        long forces = journal.status().use().forces();
        long snapshotNanos = 0;
        long begin = System.nanoTime();
        int count = 0;
        while (System.nanoTime() - begin < nanos) {
            long start = System.nanoTime();
            long position = 0;
            for (int i = 0; i < batch; i++) {
                position = journal.append(record, 0, RECORD);
            }
            journal.awaitForced(position, Duration.ofSeconds(10));
            times[count++] = System.nanoTime() - start;
            if (journal.bytesSinceSnapshot() > FILE) { // Not measured: it gives files back.
                long before = System.nanoTime();
                journal.beginSnapshot().commit();
                snapshotNanos += System.nanoTime() - before;
            }
        }
        forcesPerBatch = (journal.status().use().forces() - forces) / (double) count;
        return figures(count, batch, System.nanoTime() - begin - snapshotNanos);
    }

    private Figures figures(int count, int batch, long nanosTaken) {
        Arrays.sort(times, 0, count);
        return new Figures(count * (double) batch / nanosTaken * 1e9, times[count / 2] / 1e3);
    }
}
