package io.sirsi.bench.harness;

/** Hears how a run goes. */
public interface Progress {

    /**
     * Something began or ended.
     *
     * @param line one line for people
     */
    void say(String line);

    /**
     * A contender failed.
     *
     * @param failure how
     */
    void trouble(Throwable failure);
}
