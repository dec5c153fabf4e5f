package io.sirsi.session;

import java.util.regex.Pattern;

/**
 * Names a session; unguessable.
 *
 * @param value {@code s-} and 26 lower-case letters and digits, as {@link io.sirsi.id.RandomIds}
 *     draws them
 */
public record SessionId(String value) implements Comparable<SessionId> {

    private static final Pattern SHAPE = Pattern.compile("s-[0-9a-z]{26}");

    public SessionId {
        if (!SHAPE.matcher(value).matches()) {
            throw new IllegalArgumentException("not a session id: '" + value + "'");
        }
    }

    @Override
    public int compareTo(SessionId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
