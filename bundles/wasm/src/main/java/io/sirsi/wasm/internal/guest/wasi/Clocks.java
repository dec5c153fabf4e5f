package io.sirsi.wasm.internal.guest.wasi;

import io.sirsi.wasm.internal.guest.GuestTime;
import java.time.Instant;

/** The two clocks that a guest may read; those of processor time are not among them. */
final class Clocks {

    /** How fine they are, in ns: too coarse to measure what the host's processor does. */
    static final long RESOLUTION = 1_000;

    private static final int REALTIME = 0;
    private static final int MONOTONIC = 1;

    private Clocks() {}

    /** {@return whether there is a clock of this number} */
    static boolean known(int clock) {
        return clock == REALTIME || clock == MONOTONIC;
    }

    /** {@return what a known clock shows, in ns} */
    static long read(int clock, GuestTime time) {
        long nanos;
        if (clock == MONOTONIC) {
            nanos = time.nanos();
        } else {
            Instant now = time.now();
            nanos = now.getEpochSecond() * 1_000_000_000 + now.getNano();
        }
        return nanos - Math.floorMod(nanos, RESOLUTION);
    }
}
