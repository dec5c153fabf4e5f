package io.sirsi.bench.wasm;

import java.util.Deque;

/** Closes what was opened, the newest first. */
final class Closing {

    private Closing() {}

    /** Closes all of them, and empties the deque. */
    static void all(Deque<AutoCloseable> open) {
        while (!open.isEmpty()) {
            try {
                open.pop().close();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (Exception e) {
                throw new IllegalStateException("something of a benchmark did not close", e);
            }
        }
    }
}
