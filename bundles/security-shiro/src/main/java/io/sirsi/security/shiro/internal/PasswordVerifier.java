package io.sirsi.security.shiro.internal;

import java.security.MessageDigest;
import java.util.Optional;

/**
 * Compares passwords so that the time says nothing: every check costs the same number of PBKDF2
 * iterations, whether the account exists, has a password, is locked, or not. Thread-safe.
 */
final class PasswordVerifier {

    /** The longest password; a longer one is wrong. */
    private static final int MAX_LENGTH = 1024;

    /** Hashed in place of a password that cannot be right, such as an empty one. */
    private static final String STAND_IN = "no password";

    private static final byte[] STAND_IN_SALT = new byte[16];

    private final KeyDerivation derivation;

    PasswordVerifier(KeyDerivation derivation) {
        this.derivation = derivation;
    }

    /**
     * Compares.
     *
     * @param password what was typed
     * @param stored what it should be; empty if there is nothing that it could be
     * @param iterations what the check has to cost: the most of all accounts
     * @return whether it is right
     */
    boolean matches(char[] password, Optional<PasswordHash> stored, int iterations) {
        boolean usable = password.length > 0 && password.length <= MAX_LENGTH;
        char[] hashed = usable ? password : STAND_IN.toCharArray();
        if (stored.isEmpty() || !usable) {
            derivation.derive(hashed, STAND_IN_SALT, iterations);
            return false;
        }
        PasswordHash expected = stored.get();
        byte[] actual = derivation.derive(hashed, expected.salt(), expected.iterations());
        if (iterations > expected.iterations()) {
            derivation.derive(hashed, STAND_IN_SALT, iterations - expected.iterations());
        }
        return MessageDigest.isEqual(actual, expected.hash());
    }
}
