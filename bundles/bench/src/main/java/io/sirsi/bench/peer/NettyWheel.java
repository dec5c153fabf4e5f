package io.sirsi.bench.peer;

import io.netty.util.HashedWheelTimer;
import io.netty.util.Timeout;
import io.sirsi.bench.harness.TimerContender;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Netty's hashed wheel with a tick of one millisecond. */
public final class NettyWheel implements TimerContender {

    private @Nullable HashedWheelTimer timer;
    private Timeout[] armed = {};

    @Override
    public String id() {
        return "netty-wheel";
    }

    @Override
    public String durability() {
        return "none; HashedWheelTimer, tick 1 ms, 4,096 slots";
    }

    @Override
    public void start() {
        timer = new HashedWheelTimer(1, TimeUnit.MILLISECONDS, 4_096);
        timer.start();
    }

    @Override
    public void reserve(int pending) {
        armed = new Timeout[pending];
    }

    @Override
    public void arm(int place) {
        HashedWheelTimer running = timer;
        if (running == null) {
            throw new IllegalStateException("not started");
        }
        armed[place] = running.newTimeout(timeout -> {}, 30, TimeUnit.SECONDS);
    }

    @Override
    public void cancel(int place) {
        armed[place].cancel();
    }

    @Override
    public void close() {
        HashedWheelTimer running = timer;
        if (running != null) {
            running.stop();
        }
        timer = null;
    }
}
