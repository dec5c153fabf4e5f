package io.sirsi.security.shiro.internal;

import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a password is compared with: {@code $pbkdf2-sha512$ITERATIONS$SALT$HASH}, where salt (16 to
 * 64 bytes) and hash (64 bytes) are Base64 of RFC 4648 section 4, with or without padding.
 */
final class PasswordHash {

    /** The fewest iterations that are accepted; OWASP's figure for PBKDF2 with HMAC-SHA-512. */
    static final int MIN_ITERATIONS = 210_000;

    /** The most: a slip of the pen must not keep a core busy for minutes. */
    static final int MAX_ITERATIONS = 10_000_000;

    static final int HASH_BYTES = 64;

    private static final Pattern SHAPE =
            Pattern.compile(
                    "\\$pbkdf2-sha512\\$([0-9]{1,8})\\$([A-Za-z0-9+/]{1,128}={0,2})\\$([A-Za-z0-9+/]{1,128}={0,2})");

    private final int iterations;
    private final byte[] salt;
    private final byte[] hash;

    PasswordHash(int iterations, byte[] salt, byte[] hash) {
        if (iterations < MIN_ITERATIONS || iterations > MAX_ITERATIONS) {
            throw new IllegalArgumentException(
                    "a password hash has 210000 to 10000000 iterations, not " + iterations);
        }
        if (salt.length < 16 || salt.length > 64) {
            throw new IllegalArgumentException(
                    "a password's salt has 16 to 64 bytes, not " + salt.length);
        }
        if (hash.length != HASH_BYTES) {
            throw new IllegalArgumentException(
                    "a password's hash has 64 bytes, not " + hash.length);
        }
        this.iterations = iterations;
        this.salt = salt.clone();
        this.hash = hash.clone();
    }

    /**
     * Reads the text form.
     *
     * @throws IllegalArgumentException if it is not one; the message repeats nothing of it but
     *     numbers
     */
    static PasswordHash parse(String text) {
        Matcher parts = SHAPE.matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException(
                    "the password is not written as $pbkdf2-sha512$ITERATIONS$SALT$HASH");
        }
        return new PasswordHash(
                Integer.parseInt(parts.group(1)),
                Base64.getDecoder().decode(parts.group(2)),
                Base64.getDecoder().decode(parts.group(3)));
    }

    int iterations() {
        return iterations;
    }

    byte[] salt() {
        return salt.clone();
    }

    byte[] hash() {
        return hash.clone();
    }

    /** {@return the text form} */
    String text() {
        Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
        return "$pbkdf2-sha512$"
                + iterations
                + "$"
                + base64.encodeToString(salt)
                + "$"
                + base64.encodeToString(hash);
    }

    /** {@return nothing that helps a guesser} */
    @Override
    public String toString() {
        return "PasswordHash[" + iterations + " iterations]";
    }
}
