package io.sirsi.scheduler.internal;

import java.time.Duration;

/** Values in words for people. */
final class Words {

    private Words() {}

    /** {@return a duration in whole seconds, or else in milliseconds} */
    static String of(Duration duration) {
        return duration.toMillis() % 1000 == 0
                ? duration.toSeconds() + " s"
                : duration.toMillis() + " ms";
    }
}
