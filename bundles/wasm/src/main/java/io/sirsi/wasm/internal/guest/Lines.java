package io.sirsi.wasm.internal.guest;

/** Makes one harmless line of what a guest says. */
final class Lines {

    private Lines() {}

    /**
     * {@return the text as one line: control characters, line ends, marks that turn the direction
     * of writing and halves of surrogate pairs have become spaces}
     *
     * @param max how many characters at most; the rest is cut off
     */
    static String tidy(String text, int max) {
        StringBuilder line = new StringBuilder(Math.min(text.length(), max));
        for (int at = 0; at < text.length(); ) {
            int character = text.codePointAt(at);
            at += Character.charCount(character);
            if (line.length() + Character.charCount(character) > max) {
                break;
            }
            line.appendCodePoint(visible(character) ? character : ' ');
        }
        return line.toString();
    }

    private static boolean visible(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR ->
                    false;
            default -> true;
        };
    }
}
