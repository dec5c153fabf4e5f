package io.sirsi.bench.peer;

import io.sirsi.bench.harness.TimerContender;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The JDK's scheduled pool, a heap, which removes what is called off. */
public final class ScheduledPool implements TimerContender {

    private @Nullable ScheduledThreadPoolExecutor pool;
    private Future<?>[] armed = {};

    @Override
    public String id() {
        return "scheduled-pool";
    }

    @Override
    public String durability() {
        return "none; ScheduledThreadPoolExecutor(1), removeOnCancel";
    }

    @Override
    public void start() {
        pool = new ScheduledThreadPoolExecutor(1);
        pool.setRemoveOnCancelPolicy(true);
    }

    @Override
    public void reserve(int pending) {
        armed = new Future<?>[pending];
    }

    @Override
    public void arm(int place) {
        ScheduledThreadPoolExecutor running = pool;
        if (running == null) {
            throw new IllegalStateException("not started");
        }
        armed[place] = running.schedule(() -> {}, 30, TimeUnit.SECONDS);
    }

    @Override
    public void cancel(int place) {
        armed[place].cancel(false);
    }

    @Override
    public void close() {
        ScheduledThreadPoolExecutor running = pool;
        if (running != null) {
            running.shutdownNow();
        }
        pool = null;
    }
}
