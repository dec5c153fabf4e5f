package io.sirsi.session;

/**
 * What is wanted of a new session.
 *
 * @param label a name for people: 1 to 100 printable characters
 * @param limits what it may use
 */
public record SessionSpec(String label, SessionLimits limits) {

    public SessionSpec {
        if (label.isBlank()
                || label.length() > 100
                || label.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(
                    "a session's label is 1 to 100 printable characters: '" + label + "'");
        }
    }

    /** {@return a session with default limits} */
    public static SessionSpec of(String label) {
        return new SessionSpec(label, SessionLimits.DEFAULT);
    }
}
