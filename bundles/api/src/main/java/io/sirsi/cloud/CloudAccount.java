package io.sirsi.cloud;

/**
 * An account that can be scanned.
 *
 * @param provider the provider, such as {@code aws}
 * @param name the name under which it is known here: lower-case letters, digits and dashes
 * @param origin where it comes from, in a few words, such as {@code default credentials chain};
 *     never a secret
 */
public record CloudAccount(String provider, String name, String origin) {}
