package io.sirsi.wasm.internal.guest;

import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/** The time as guests see it. Thread-safe. */
public interface GuestTime {

    /** {@return the wall clock} */
    Instant now();

    /** {@return a clock that only goes forward, in ns from some moment before} */
    long nanos();

    /**
     * Waits.
     *
     * @param nanos how long
     * @throws InterruptedException if interrupted
     */
    void sleep(long nanos) throws InterruptedException;

    /** {@return the machine's time, with this wall clock} */
    static GuestTime of(Clock clock) {
        long origin = System.nanoTime();
        return new GuestTime() {
            @Override
            public Instant now() {
                return clock.instant();
            }

            @Override
            public long nanos() {
                return System.nanoTime() - origin;
            }

            @Override
            public void sleep(long nanos) throws InterruptedException {
                TimeUnit.NANOSECONDS.sleep(nanos);
            }
        };
    }
}
