package io.sirsi.security;

/**
 * Who asks, through which door. Doors make it from an authenticated login; its name is the
 * account's name, its roles are never taken from the door but looked up by the {@link Authorizer}.
 *
 * @param name the account, as it authenticated: 1 to 128 printable characters
 * @param door where the request came in: {@code shell}, {@code jmx}, {@code system} …
 */
public record Caller(String name, String door) {

    /** The platform itself, for work that no person asked for, such as the expiry of a session. */
    public static final Caller SYSTEM = new Caller("system", "system");

    public Caller {
        if (name.isEmpty()
                || name.length() > 128
                || name.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("not an account name: '" + name + "'");
        }
        if (door.isEmpty()) {
            throw new IllegalArgumentException("a caller comes through a door");
        }
    }

    @Override
    public String toString() {
        return name + "@" + door;
    }
}
