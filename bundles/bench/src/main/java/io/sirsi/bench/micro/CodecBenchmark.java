package io.sirsi.bench.micro;

import io.sirsi.scheduler.internal.BenchCodec;
import io.sirsi.task.Payload;
import io.sirsi.task.TaskSpec;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Writing a task in the form of the log. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class CodecBenchmark {

    private final BenchCodec codec = new BenchCodec();
    private final TaskSpec plain =
            TaskSpec.of("bench.task").input(new Payload("text/plain", "x".repeat(180)));
    private final TaskSpec full =
            plain.label("region", "eu-west-1").label("account", "1234").idempotencyKey("key-1");

    /** An input of 180 bytes. */
    @Benchmark
    public int input() {
        return codec.encode(plain);
    }

    /** With two labels and an idempotency key. */
    @Benchmark
    public int inputLabelsAndKey() {
        return codec.encode(full);
    }
}
