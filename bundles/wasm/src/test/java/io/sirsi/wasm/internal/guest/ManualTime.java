package io.sirsi.wasm.internal.guest;

import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

/** A time that passes only while someone sleeps, or when it is told to. Thread-safe. */
public final class ManualTime implements GuestTime {

    private static final Instant START = Instant.parse("2026-03-04T05:06:07.000001Z");

    private final AtomicLong passed = new AtomicLong();

    /** Lets it pass. */
    public void pass(long nanos) {
        passed.addAndGet(nanos);
    }

    @Override
    public Instant now() {
        return START.plusNanos(passed.get());
    }

    @Override
    public long nanos() {
        return 5_000 + passed.get();
    }

    @Override
    public void sleep(long nanos) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        pass(nanos);
    }
}
