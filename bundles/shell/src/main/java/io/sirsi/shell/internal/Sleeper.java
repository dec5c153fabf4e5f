package io.sirsi.shell.internal;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** How a thread waits; a test waits without waiting. */
@FunctionalInterface
public interface Sleeper {

    /** Waits in earnest. */
    Sleeper REAL = time -> TimeUnit.NANOSECONDS.sleep(time.toNanos());

    /**
     * Waits.
     *
     * @param time how long
     * @throws InterruptedException if interrupted
     */
    void sleep(Duration time) throws InterruptedException;
}
