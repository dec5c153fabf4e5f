package io.sirsi.scheduler.internal;

import io.sirsi.bench.harness.Contender;
import io.sirsi.bench.harness.TimerContender;
import org.jspecify.annotations.Nullable;

/**
 * The scheduler's own wheel of timers, used as the scheduler does: the timer lies in what it
 * belongs to, and due ones are looked for now and then. In the scheduler's package, since that
 * shows its wheel to nobody.
 */
public final class BenchWheel implements TimerContender {

    private static final long AHEAD_NANOS = 30_000_000_000L;
    private static final int ARMED_PER_LOOK = 1_000;

    private @Nullable TimerWheel wheel;
    private Timer[] timers = {};
    private int armed;

    private static final class Timer extends TimerNode {}

    @Override
    public String id() {
        return Contender.OURS;
    }

    @Override
    public String durability() {
        return "none; the scheduler's wheel, exact to the nanosecond, one thread";
    }

    @Override
    public void start() {
        wheel = new TimerWheel(System.nanoTime());
    }

    @Override
    public void reserve(int pending) {
        timers = new Timer[pending];
        for (int i = 0; i < pending; i++) {
            timers[i] = new Timer();
        }
    }

    @Override
    public void arm(int place) {
        TimerWheel running = wheel();
        long now = System.nanoTime();
        if (++armed % ARMED_PER_LOOK == 0) {
            running.advance(now, due -> {});
        }
        running.arm(timers[place], now + AHEAD_NANOS);
    }

    @Override
    public void cancel(int place) {
        wheel().cancel(timers[place]);
    }

    private TimerWheel wheel() {
        TimerWheel running = wheel;
        if (running == null) {
            throw new IllegalStateException("not started");
        }
        return running;
    }

    @Override
    public void close() {
        wheel = null;
    }
}
