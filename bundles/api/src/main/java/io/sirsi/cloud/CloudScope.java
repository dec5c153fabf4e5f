package io.sirsi.cloud;

/**
 * A place where resources live.
 *
 * @param provider the provider, such as {@code aws}
 * @param account the provider's own name of the account, such as {@code 123456789012}, or the name
 *     under which it is configured while the provider's is unknown
 * @param region the region, or {@link #GLOBAL}
 */
public record CloudScope(String provider, String account, String region) {

    /** The region of what belongs to no region. */
    public static final String GLOBAL = "global";

    @Override
    public String toString() {
        return provider + "/" + account + "/" + region;
    }
}
