package io.sirsi.launcher;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The words after a command. Each look-up takes the word out, so that what is left was understood
 * by nobody.
 */
final class Options {

    private final List<String> words;

    Options(List<String> words) {
        this.words = new ArrayList<>(words);
    }

    /** Takes {@code name VALUE} or {@code name=VALUE}. */
    Optional<String> value(String name) {
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            if (word.startsWith(name + "=")) {
                words.remove(i);
                return Optional.of(word.substring(name.length() + 1));
            }
            if (word.equals(name)) {
                if (i + 1 == words.size()) {
                    throw new Refusal(name + " needs a value; see ./sirsi help.");
                }
                words.remove(i);
                return Optional.of(words.remove(i));
            }
        }
        return Optional.empty();
    }

    /** Takes {@code name} if it is there. */
    boolean flag(String name) {
        return words.remove(name);
    }

    /** What nobody took, in order. */
    List<String> rest() {
        return List.copyOf(words);
    }

    /**
     * @throws Refusal naming the first word that nobody took
     */
    void requireAllTaken(String command) {
        if (!words.isEmpty()) {
            throw new Refusal(
                    "'" + words.get(0) + "' is no option of " + command + "; see ./sirsi help.");
        }
    }
}
