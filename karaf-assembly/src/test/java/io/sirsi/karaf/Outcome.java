package io.sirsi.karaf;

/**
 * What a command did.
 *
 * @param exitCode its exit code
 * @param out what it printed
 * @param err what it complained
 */
record Outcome(int exitCode, String out, String err) {

    /** Both, for messages of assertions. */
    @Override
    public String toString() {
        return "exit code " + exitCode + "\n" + out + err;
    }
}
