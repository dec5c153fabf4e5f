package io.sirsi.shell.internal;

/** Ways to say something of which exactly one has to be taken. */
public final class OneOf {

    private OneOf() {}

    /**
     * Checks that exactly one was taken.
     *
     * @param ways the ways, for the sentence
     * @param taken whether each was
     * @throws IllegalArgumentException if it was none, or several
     */
    public static void check(String ways, boolean... taken) {
        int count = 0;
        for (boolean one : taken) {
            count += one ? 1 : 0;
        }
        if (count != 1) {
            throw new IllegalArgumentException(
                    "write exactly one of " + ways + "; there were " + count + ".");
        }
    }
}
