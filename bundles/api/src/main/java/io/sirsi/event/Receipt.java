package io.sirsi.event;

/**
 * What became of a published event.
 *
 * @param handled how many synchronous subscribers took it
 * @param queued how many asynchronous subscribers have it in their queue
 * @param failed how many subscribers did not get it or failed on it; each is a dead letter
 */
public record Receipt(int handled, int queued, int failed) {

    /** {@return whether at least one synchronous subscriber took it and none failed} */
    public boolean recorded() {
        return handled > 0 && failed == 0;
    }
}
