package io.sirsi.id;

import java.util.Objects;
import java.util.random.RandomGenerator;

/**
 * Draws identifiers of 128 random bits, written as a prefix, a dash and 26 characters of
 * Crockford's base 32 (<a href="https://www.crockford.com/base32.html">base32</a>) in lower case:
 * no letter is mistaken for a digit when read aloud, and nobody finds another tenant's id by
 * trying. Thread-safe when its generator is.
 */
public final class RandomIds {

    private static final char[] ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz".toCharArray();
    private static final int LENGTH = 26;

    private final RandomGenerator random;

    /**
     * Draws from a generator.
     *
     * @param random the source of bits: {@link java.security.SecureRandom} in the product, a seeded
     *     one in tests
     */
    public RandomIds(RandomGenerator random) {
        this.random = Objects.requireNonNull(random, "random");
    }

    /**
     * Draws one identifier.
     *
     * @param prefix says what is named: lower-case letters and dashes, at most 36 characters
     * @return {@code prefix-xxxxxxxxxxxxxxxxxxxxxxxxxx}
     */
    public String next(String prefix) {
        StringBuilder text =
                new StringBuilder(prefix.length() + 1 + LENGTH).append(prefix).append('-');
        long high = random.nextLong();
        long low = random.nextLong();
        for (int i = 0; i < LENGTH; i++) {
            text.append(ALPHABET[(int) (low & 31)]);
            low = (low >>> 5) | (high << 59);
            high >>>= 5;
        }
        return text.toString();
    }
}
