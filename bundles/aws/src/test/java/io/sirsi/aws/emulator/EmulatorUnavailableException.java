package io.sirsi.aws.emulator;

/** The emulator cannot be had on this machine; tests that need it are skipped with the message. */
public final class EmulatorUnavailableException extends Exception {

    private static final long serialVersionUID = 1L;

    EmulatorUnavailableException(String reason) {
        super(reason);
    }
}
