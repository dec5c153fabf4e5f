package io.sirsi.security.shiro.internal;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.concurrent.atomic.AtomicLong;

/** Derives at once, and remembers what it would have cost. */
final class CountingDerivation implements KeyDerivation {

    private final AtomicLong iterations = new AtomicLong();

    @Override
    public byte[] derive(char[] password, byte[] salt, int times) {
        iterations.addAndGet(times);
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-512");
            digest.update(salt);
            digest.update(Integer.toString(times).getBytes(StandardCharsets.US_ASCII));
            return digest.digest(new String(password).getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    /** {@return how many iterations were asked for since this was asked} */
    long spent() {
        return iterations.getAndSet(0);
    }

    /** {@return the stored form of a password} */
    static String stored(String password, int times) {
        byte[] salt = new byte[16];
        salt[0] = 7;
        byte[] hash = new CountingDerivation().derive(password.toCharArray(), salt, times);
        return new PasswordHash(times, salt, hash).text();
    }
}
