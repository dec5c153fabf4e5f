package io.sirsi.journal;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * A place in the code at which a crash test ends this process as {@code kill -9} would. Does
 * nothing unless the process was started with {@code -Dsirsi.failpoint=NAME}; with {@code
 * -Dsirsi.failpoint.count=N} it ends when the place is reached for the Nth time, else the first.
 * For crash tests only.
 */
public final class FailPoint {

    /** The exit code of a process that was ended here: that of one ended by signal 9. */
    public static final int EXIT_CODE = 137;

    private static final String ARMED = System.getProperty("sirsi.failpoint", "");
    private static final AtomicInteger LEFT =
            new AtomicInteger(Integer.getInteger("sirsi.failpoint.count", 1));

    private FailPoint() {}

    /**
     * Says that a place was reached. Costs nothing when no place is armed.
     *
     * @param name which
     */
    public static void reach(String name) {
        if (!ARMED.isEmpty() && ARMED.equals(name) && LEFT.decrementAndGet() == 0) {
            Runtime.getRuntime().halt(EXIT_CODE);
        }
    }
}
