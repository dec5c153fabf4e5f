package io.sirsi.journal.internal;

import java.util.concurrent.atomic.AtomicLong;

/** A number in a cache line of its own, so that its writers do not disturb readers of others. */
final class PaddedLong extends AtomicLong {

    private static final long serialVersionUID = 1L;

    @SuppressWarnings("unused")
    private volatile long p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, p12, p13, p14, p15;

    PaddedLong(long value) {
        super(value);
    }
}
