package io.sirsi.launcher;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * Writes a password as the account file holds it: PBKDF2 with HMAC-SHA-512 (RFC 8018), 210,000
 * iterations as OWASP's password storage cheat sheet asks for, 16 bytes of salt, 64 bytes of hash.
 * The reading side is security-shiro.
 */
final class PasswordLine {

    private static final int ITERATIONS = 210_000;
    private static final int SALT_BYTES = 16;
    private static final int HASH_BITS = 512;
    private static final int MIN_LENGTH = 12;

    private PasswordLine() {}

    /**
     * Hashes a password, and wipes it.
     *
     * @param password at least 12 characters
     * @param random where the salt comes from
     * @return {@code password=$pbkdf2-sha512$ITERATIONS$SALT$HASH}
     */
    static String of(char[] password, SecureRandom random) {
        if (password.length < MIN_LENGTH) {
            throw new Refusal(
                    "a password has at least "
                            + MIN_LENGTH
                            + " characters, this one has "
                            + password.length
                            + ".");
        }
        byte[] salt = new byte[SALT_BYTES];
        random.nextBytes(salt);
        PBEKeySpec spec = new PBEKeySpec(password, salt, ITERATIONS, HASH_BITS);
        try {
            byte[] hash =
                    SecretKeyFactory.getInstance("PBKDF2WithHmacSHA512")
                            .generateSecret(spec)
                            .getEncoded();
            Base64.Encoder base64 = Base64.getEncoder();
            return "password=$pbkdf2-sha512$"
                    + ITERATIONS
                    + "$"
                    + base64.encodeToString(salt)
                    + "$"
                    + base64.encodeToString(hash);
        } catch (GeneralSecurityException missing) {
            throw new Refusal(
                    "this Java has no PBKDF2 with HMAC-SHA-512 (" + missing.getMessage() + ").");
        } finally {
            spec.clearPassword();
            Arrays.fill(password, '\0');
        }
    }
}
