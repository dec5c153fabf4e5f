package io.sirsi.bench.harness;

/** A contender cannot run on this machine; the message says what is missing. */
public final class UnavailableException extends Exception {

    private static final long serialVersionUID = 1L;

    /**
     * Makes one.
     *
     * @param sentence what is missing
     */
    public UnavailableException(String sentence) {
        super(sentence);
    }
}
