package io.sirsi.security.shiro.internal;

import java.time.Duration;
import java.util.function.LongSupplier;

/** A monotonic clock that stands still until it is told to go. */
final class ManualNanos implements LongSupplier {

    private long now = Long.MAX_VALUE - 1_000_000_000L;

    @Override
    public long getAsLong() {
        return now;
    }

    void advance(Duration by) {
        now += by.toNanos();
    }
}
