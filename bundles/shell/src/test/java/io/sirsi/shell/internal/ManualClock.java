package io.sirsi.shell.internal;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** A clock that moves only when told to, or when somebody sleeps by it. */
final class ManualClock extends Clock implements Sleeper {

    private Instant now;

    ManualClock(Instant now) {
        this.now = now;
    }

    @Override
    public void sleep(Duration time) {
        now = now.plus(time);
    }

    @Override
    public Instant instant() {
        return now;
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        throw new AssertionError("nobody asks for another zone");
    }
}
