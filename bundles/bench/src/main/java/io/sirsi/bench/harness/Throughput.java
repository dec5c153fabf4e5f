package io.sirsi.bench.harness;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Measures how many tasks a second a contender takes and ends, submitted from one thread as fast as
 * it can. How many tasks a slice has is found for each contender while it warms up, so that slow
 * and fast ones take about equally long.
 */
public final class Throughput {

    private static final int PRIORITIES = 5;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final OperatingSystemMXBean PROCESS =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    private final Slices slices;
    private final Map<String, Integer> tasks = new HashMap<>();

    /**
     * How long slices are.
     *
     * @param fewest tasks in a slice
     * @param most tasks that are submitted before all of them must have ended
     * @param seconds how long a slice is to take
     * @param warmUpSeconds how long a contender warms up
     */
    public record Slices(int fewest, int most, double seconds, double warmUpSeconds) {}

    /**
     * Makes one.
     *
     * @param slices how long slices are
     */
    public Throughput(Slices slices) {
        this.slices = slices;
    }

    /**
     * Warms up and finds out how many tasks a slice takes.
     *
     * @param contender who
     * @throws Exception where it fails
     */
    public void warmUp(TaskContender contender) throws Exception {
        SplittableRandom random = new SplittableRandom(1);
        long start = System.nanoTime();
        int next = slices.fewest();
        double rate;
        do {
            long began = System.nanoTime();
            batch(contender, next, random);
            rate = next / ((System.nanoTime() - began) / 1e9);
            next = fitting(rate);
        } while ((System.nanoTime() - start) / 1e9 < slices.warmUpSeconds());
        tasks.put(contender.id(), next);
    }

    private int fitting(double rate) {
        return (int) Math.max(slices.fewest(), Math.min(slices.most(), rate * slices.seconds()));
    }

    /**
     * Measures one slice.
     *
     * @param contender who
     * @param random draws the priorities
     * @return {@code rate}, in tasks a second, and {@code cpu}, the processor time of this JVM with
     *     its collector, in microseconds a task
     * @throws Exception where it fails, or did not end every task once
     */
    public Figures slice(TaskContender contender, SplittableRandom random) throws Exception {
        int batch = tasks.getOrDefault(contender.id(), slices.fewest());
        long cpu = PROCESS.getProcessCpuTime();
        long start = System.nanoTime();
        long done = 0;
        double seconds;
        do {
            batch(contender, batch, random);
            done += batch;
            seconds = (System.nanoTime() - start) / 1e9;
        } while (seconds < slices.seconds() * 0.75);
        double cpuMicros = (PROCESS.getProcessCpuTime() - cpu) / 1e3;
        return new Figures(Map.of("rate", done / seconds, "cpu", cpuMicros / done));
    }

    private static void batch(TaskContender contender, int count, SplittableRandom random)
            throws Exception {
        Tally tally = contender.tally();
        long goal = tally.completed() + count;
        long draw = random.nextLong();
        for (int i = 0; i < count; i++) {
            draw = draw * 0x5851F42D4C957F2DL + 0x14057B7EF767814FL;
            int priority = (int) (((draw >>> 33) * PRIORITIES) >>> 31);
            contender.submit(priority, Tally.UNTIMED);
        }
        contender.flush();
        tally.await(goal, PATIENCE);
    }
}
