package io.sirsi.wasm.internal.binary;

/** How a guest is run. */
public enum GuestMode {
    /** A function a task: it exports {@code handle}. */
    REACTOR,
    /** A program a task: it exports {@code _start} and no {@code handle}. */
    COMMAND
}
