package io.sirsi.wasm.internal;

/**
 * How many instances there may be, and how much memory they may have together. Counted is what an
 * instance may grow to, not what it has: nobody is refused memory that was granted before.
 * Thread-safe, never blocks.
 */
final class Room {

    private final int maxInstances;
    private final long maxPages;
    private int instances;
    private long pages;

    /**
     * Makes room.
     *
     * @param maxInstances how many instances, from 1
     * @param maxPages pages of 64 KiB of all of them together, from 1
     */
    Room(int maxInstances, long maxPages) {
        this.maxInstances = maxInstances;
        this.maxPages = maxPages;
    }

    /** {@return whether there was room for an instance with so many pages, which is taken now} */
    synchronized boolean take(long wanted) {
        if (instances >= maxInstances || pages + wanted > maxPages) {
            return false;
        }
        instances++;
        pages += wanted;
        return true;
    }

    /** Gives back what {@link #take} took. */
    synchronized void giveBack(long taken) {
        instances--;
        pages -= taken;
    }

    /** {@return what is full, as a clause for people} */
    synchronized String fullness() {
        return instances
                + " of "
                + maxInstances
                + " instances (maxInstances) and "
                + pages
                + " of "
                + maxPages
                + " pages of memory (memoryMiB) are taken";
    }

    synchronized int instances() {
        return instances;
    }
}
