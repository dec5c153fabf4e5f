package io.sirsi.security;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Something that may be allowed, such as {@code agent:spawn:aws} or {@code ec2:describe}: one to
 * six parts between colons, each of lower-case letters, digits, dot, dash and underscore, or the
 * single wildcard {@code *}. There are no lists and no partial wildcards, so that a permission
 * cannot hide another.
 *
 * @param value the text
 */
public record Permission(String value) implements Comparable<Permission> {

    private static final Pattern SHAPE =
            Pattern.compile("(?:\\*|[a-z0-9._-]{1,64})(?::(?:\\*|[a-z0-9._-]{1,64})){0,5}");

    /** Allows everything. Stands after the pattern that its constructor needs. */
    public static final Permission ALL = new Permission("*");

    public Permission {
        if (!SHAPE.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    "not a permission: '"
                            + value
                            + "'; write parts of a-z 0-9 . _ - or * between colons");
        }
    }

    /** {@return the permission with this text} */
    public static Permission of(String value) {
        return new Permission(value);
    }

    /** {@return the parts between the colons} */
    public List<String> parts() {
        return Arrays.asList(value.split(":", -1));
    }

    /**
     * Tells whether whoever has this permission thereby also has the other. Part by part from the
     * left: a wildcard covers any part, a shorter permission covers all that it begins, and a
     * longer one covers a shorter only where its rest is wildcards. This is the one rule of the
     * platform: accounts and the subset rule of agents both use it.
     *
     * @param other what is asked for
     * @return whether it is covered
     */
    public boolean implies(Permission other) {
        List<String> mine = parts();
        List<String> theirs = other.parts();
        for (int i = 0; i < mine.size(); i++) {
            String part = mine.get(i);
            if (part.equals("*")) {
                continue;
            }
            if (i >= theirs.size() || !part.equals(theirs.get(i))) {
                return false;
            }
        }
        return true;
    }

    @Override
    public int compareTo(Permission other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
