package io.sirsi.launcher;

import java.util.regex.Pattern;

/** One word of a command line of the node's shell. */
final class ShellWord {

    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_./:=,@+-]+");

    private static final Pattern SPECIAL = Pattern.compile("['\\\\]");

    private ShellWord() {}

    /**
     * Writes a word so that the shell reads exactly it, whatever it holds. In double quotes the
     * shell still replaces variables, runs what is in backquotes and expands braces with a comma in
     * them. In single quotes it leaves all that alone, but stumbles over a backslash: that, and a
     * single quote, stand between two quoted parts.
     *
     * @return the word itself where nothing in it means anything to the shell, else in quotes
     */
    static String quote(String word) {
        if (PLAIN.matcher(word).matches()) {
            return word;
        }
        return "'" + SPECIAL.matcher(word).replaceAll("'\\\\$0'") + "'";
    }
}
