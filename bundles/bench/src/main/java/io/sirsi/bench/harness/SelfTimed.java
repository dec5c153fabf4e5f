package io.sirsi.bench.harness;

/** A contender that knows its own work, and what it measures of it. */
public interface SelfTimed extends Contender {

    /**
     * Does the work, as often as a slice needs; blocks until done.
     *
     * @return what was measured
     * @throws Exception where it fails, or did not do all of the work
     */
    Figures measure() throws Exception;
}
