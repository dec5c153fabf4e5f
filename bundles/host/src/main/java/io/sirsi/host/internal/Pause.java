package io.sirsi.host.internal;

/** Waits; a test does not. */
@FunctionalInterface
interface Pause {

    /**
     * Lets time pass.
     *
     * @param millis how much, in milliseconds
     * @throws InterruptedException if interrupted
     */
    void millis(long millis) throws InterruptedException;
}
