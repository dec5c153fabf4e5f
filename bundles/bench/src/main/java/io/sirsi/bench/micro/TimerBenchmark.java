package io.sirsi.bench.micro;

import io.sirsi.bench.harness.TimerContender;
import io.sirsi.bench.limit.LinkedTimeouts;
import io.sirsi.bench.peer.NettyWheel;
import io.sirsi.scheduler.internal.BenchWheel;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** One timeout called off and armed again, with many pending. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class TimerBenchmark {

    private static final int PENDING = 200_000;

    /** Who keeps them. */
    @Param({"sirsi", "netty-wheel", "raw-list"})
    public String contender = "sirsi";

    private TimerContender timer = new LinkedTimeouts();
    private int place;

    /** Arms all. */
    @Setup
    public void arm() throws Exception {
        timer =
                switch (contender) {
                    case "sirsi" -> new BenchWheel();
                    case "netty-wheel" -> new NettyWheel();
                    default -> new LinkedTimeouts();
                };
        timer.start();
        timer.reserve(PENDING);
        for (int i = 0; i < PENDING; i++) {
            timer.arm(i);
        }
    }

    /** Ends it. */
    @TearDown
    public void close() {
        timer.close();
    }

    /** Calls the oldest off and arms it again. */
    @Benchmark
    public int cancelAndArm() {
        timer.cancel(place);
        timer.arm(place);
        place = place + 1 == PENDING ? 0 : place + 1;
        return place;
    }
}
