package io.sirsi.bench.harness;

/** A contender that runs tasks; each calls the tally's {@link Tally#run} once. */
public interface TaskContender extends Contender {

    /**
     * Submits a task; one that submits in batches may wait for more, or for {@link #flush}. One
     * that does not may be called by several threads.
     *
     * @param priority from 0 to 4, 4 first, where the contender knows priorities
     * @param place handed to {@link Tally#run}
     * @throws Exception where it is refused
     */
    void submit(int priority, int place) throws Exception;

    /**
     * Submits what waits for a full batch.
     *
     * @throws Exception where it is refused
     */
    default void flush() throws Exception {}

    /** {@return the tally that its tasks call} */
    Tally tally();
}
