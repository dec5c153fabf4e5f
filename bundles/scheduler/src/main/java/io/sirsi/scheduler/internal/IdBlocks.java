package io.sirsi.scheduler.internal;

import java.util.concurrent.atomic.AtomicInteger;

/** Hands out ids of one source to many threads: a block at a time is drawn, and shared. */
final class IdBlocks {

    private static final int SIZE = 256;

    private final IdSource source;
    private volatile Block block;

    /** Ids that have been drawn; each is taken once. */
    private static final class Block {
        private final long[] halves = new long[2 * SIZE];
        private final AtomicInteger taken = new AtomicInteger();
    }

    IdBlocks(IdSource source) {
        this.source = source;
        this.block = draw();
    }

    private Block draw() {
        Block fresh = new Block();
        for (int i = 0; i < SIZE; i++) {
            source.next();
            fresh.halves[2 * i] = source.high();
            fresh.halves[2 * i + 1] = source.low();
        }
        return fresh;
    }

    /** What gets an id. */
    interface Taker {
        void take(long high, long low);
    }

    /** Takes an id that nobody else gets. */
    void next(Taker taker) {
        while (true) {
            Block now = block;
            int place = now.taken.getAndIncrement();
            if (place < SIZE) {
                taker.take(now.halves[2 * place], now.halves[2 * place + 1]);
                return;
            }
            renew(now);
        }
    }

    private synchronized void renew(Block used) {
        if (block == used) {
            block = draw();
        }
    }
}
