package io.sirsi.launcher;

import java.util.regex.Pattern;

/** One word of a command line of the node's shell. */
final class ShellWord {

    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_./:=,@+-]+");

    private ShellWord() {}

    /**
     * Writes a word so that the shell reads exactly it, whatever it holds.
     *
     * @return the word itself where nothing in it means anything to the shell, else in quotes
     */
    static String quote(String word) {
        if (PLAIN.matcher(word).matches()) {
            return word;
        }
        return '"' + word.replace("\\", "\\\\").replace("\"", "\\\"").replace("$", "\\$") + '"';
    }
}
