package io.sirsi.bench.harness;

/** One that does the work of a scenario: ours, a peer, or the physical limit. For one thread. */
public interface Contender extends AutoCloseable {

    /** The id of what is measured; all others are compared with it. */
    String OURS = "sirsi";

    /** {@return its name in the tables: lower-case letters, digits and dashes} */
    String id();

    /** {@return what survives what, truly, and its settings, in words} */
    String durability();

    /**
     * Makes it ready.
     *
     * @throws UnavailableException where it cannot run on this machine
     * @throws Exception where it should, and fails
     */
    void start() throws Exception;

    /**
     * Stops it and removes what it left on the disk. Idempotent, and does nothing before a start.
     */
    @Override
    void close();
}
