package io.sirsi.launcher;

/**
 * One sentence for the person at the terminal: what was wrong, with which value, and what to do
 * next.
 */
public final class Refusal extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Exit code when something was refused or failed. */
    static final int FAILED = 1;

    /** Exit code of {@code status} when no node runs. */
    static final int DOWN = 3;

    private final int exitCode;

    Refusal(String sentence) {
        this(sentence, FAILED);
    }

    Refusal(String sentence, int exitCode) {
        super(sentence, null, false, false);
        this.exitCode = exitCode;
    }

    /** The exit code of the launcher, 1 to 255. */
    public int exitCode() {
        return exitCode;
    }

    /** The sentence, never null. */
    public String sentence() {
        return String.valueOf(getMessage());
    }
}
