package io.sirsi.host.internal;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import oshi.SystemInfo;
import oshi.hardware.CentralProcessor;
import oshi.hardware.CentralProcessor.TickType;
import oshi.software.os.OSProcess;
import oshi.software.os.OperatingSystem;

/**
 * Watches processors and processes for a short interval. Use is a difference of two looks, so it
 * takes time; a scan wants it for two types of resource, and the second gets what the first has
 * just seen. Thread-safe.
 */
final class LoadSampler {

    /** How long a sample is good for whoever asks next, in the same scan. */
    private static final long FRESH_NANOS = Duration.ofSeconds(1).toNanos();

    private final SystemInfo system;
    private final int intervalMs;
    private final Pause pause;
    private final LongSupplier nanoTime;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable LoadSample last;
    private long lastNanos;

    LoadSampler(SystemInfo system, int intervalMs, Pause pause, LongSupplier nanoTime) {
        this.system = system;
        this.intervalMs = intervalMs;
        this.pause = pause;
        this.nanoTime = nanoTime;
    }

    LoadSample sample() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            LoadSample sample = last;
            if (sample == null || nanoTime.getAsLong() - lastNanos > FRESH_NANOS) {
                sample = take();
                last = sample;
                lastNanos = nanoTime.getAsLong();
            }
            return sample;
        } finally {
            lock.unlock();
        }
    }

    private LoadSample take() throws InterruptedException {
        CentralProcessor processor = system.getHardware().getProcessor();
        OperatingSystem os = system.getOperatingSystem();
        Map<Integer, OSProcess> before =
                os.getProcesses().stream()
                        .collect(
                                Collectors.toMap(
                                        OSProcess::getProcessID, Function.identity(), (a, b) -> b));
        long[] ticksBefore = processor.getSystemCpuLoadTicks();
        pause.millis(intervalMs);
        long[] ticksAfter = processor.getSystemCpuLoadTicks();
        List<LoadSample.Busy> processes =
                os.getProcesses().stream()
                        .map(
                                process ->
                                        new LoadSample.Busy(
                                                process,
                                                100
                                                        * process.getProcessCpuLoadBetweenTicks(
                                                                before.get(
                                                                        process.getProcessID()))))
                        .toList();
        return new LoadSample(usedPercent(ticksBefore, ticksAfter), processes);
    }

    /** Computes how much of all time between two looks was not idle. */
    static double usedPercent(long[] before, long[] after) {
        long total = 0;
        for (int i = 0; i < after.length; i++) {
            total += after[i] - before[i];
        }
        int idle = TickType.IDLE.getIndex();
        int waiting = TickType.IOWAIT.getIndex();
        long unused = after[idle] - before[idle] + after[waiting] - before[waiting];
        return total <= 0 ? -1 : Math.max(0, 100.0 * (total - unused) / total);
    }
}
