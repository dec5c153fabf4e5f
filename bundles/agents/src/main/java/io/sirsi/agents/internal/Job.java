package io.sirsi.agents.internal;

/** Something for a thread to do; its parts are called in the order in which they stand here. */
interface Job {

    /** The work itself; the only part that may be interrupted. */
    void run();

    /** Asks {@link #run} to end. Called on another thread, also when it has ended. */
    void interrupt();

    /** What is to be told of it. */
    default void report() {}

    /** {@return whether this is so much like the one before that {@link #idle} can wait} */
    default boolean follows(Job before) {
        return false;
    }

    /** The thread turns to something else, or sleeps. */
    default void idle() {}
}
