package io.sirsi.scheduler.internal;

/** Draws 128 bits at a time, without an object for each. For one thread at a time. */
interface IdSource {

    /** Draws the next. */
    void next();

    /** {@return the upper half of the last drawn} */
    long high();

    /** {@return the lower half of the last drawn} */
    long low();
}
