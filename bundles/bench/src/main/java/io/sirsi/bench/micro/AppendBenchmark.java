package io.sirsi.bench.micro;

import io.sirsi.bench.harness.WorkFolder;
import io.sirsi.journal.Journal;
import io.sirsi.journal.JournalListener;
import io.sirsi.journal.JournalOptions;
import io.sirsi.journal.JournalReader;
import io.sirsi.journal.JournalState;
import io.sirsi.journal.internal.LocalJournals;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/** What an append costs its caller: a place in the ring and the copy into it, not the disk. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class AppendBenchmark {

    private static final long SNAPSHOT_BYTES = 1L << 30;

    private final byte[] record = new byte[200];
    private Path folder = Path.of("");
    private @Nullable LocalJournals journals;
    private @Nullable Journal journal;

    /** Opens a log. */
    @Setup(Level.Trial)
    public void open() throws IOException {
        folder = Files.createTempDirectory("bench-append");
        LocalJournals opened = LocalJournals.in(folder);
        journals = opened;
        Journal log = opened.open("bench", JournalOptions.DEFAULT, new Silence());
        log.listen(new Silence());
        journal = log;
    }

    /** Gives segments back. */
    @Setup(Level.Iteration)
    public void recycle() throws IOException {
        Journal log = Objects.requireNonNull(journal);
        if (log.bytesSinceSnapshot() > SNAPSHOT_BYTES) {
            log.beginSnapshot().commit();
        }
    }

    /** Removes it. */
    @TearDown(Level.Trial)
    public void close() throws IOException {
        Objects.requireNonNull(journals).close();
        WorkFolder.remove(folder);
    }

    /** One caller. */
    @Benchmark
    @Threads(1)
    public long one() {
        return Objects.requireNonNull(journal).append(record, 0, record.length);
    }

    /** Two callers. */
    @Benchmark
    @Threads(2)
    public long two() {
        return Objects.requireNonNull(journal).append(record, 0, record.length);
    }

    private static final class Silence implements JournalListener, JournalReader {
        @Override
        public void forced(long position) {}

        @Override
        public void changed(JournalState state, String sentence) {}

        @Override
        public void snapshot(ByteBuffer bytes) {}

        @Override
        public void record(long position, ByteBuffer bytes) {}
    }
}
