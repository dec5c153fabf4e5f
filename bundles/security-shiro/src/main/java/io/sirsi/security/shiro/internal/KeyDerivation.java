package io.sirsi.security.shiro.internal;

import java.security.GeneralSecurityException;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/** Makes 64 bytes of a password, slowly. Thread-safe. */
@FunctionalInterface
interface KeyDerivation {

    /** PBKDF2 with HMAC-SHA-512 as the JDK has it; characters become UTF-8. */
    KeyDerivation PBKDF2 =
            (password, salt, iterations) -> {
                PBEKeySpec spec =
                        new PBEKeySpec(password, salt, iterations, PasswordHash.HASH_BYTES * 8);
                try {
                    return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA512")
                            .generateSecret(spec)
                            .getEncoded();
                } catch (GeneralSecurityException e) {
                    throw new IllegalStateException(
                            "this Java has no PBKDF2WithHmacSHA512; use a complete JDK", e);
                } finally {
                    spec.clearPassword();
                }
            };

    /**
     * Derives.
     *
     * @param password at least one character
     * @param salt not empty
     * @param iterations positive; the time is in proportion to it
     * @return 64 bytes
     */
    byte[] derive(char[] password, byte[] salt, int iterations);
}
