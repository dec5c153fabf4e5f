package io.sirsi.scheduler.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Ids that nobody guesses: the keystream of AES-128 in counter mode (NIST SP 800-38A, 6.5), under a
 * key from a secure generator, and under a new one after each gibibyte. As hard to tell from random
 * as AES itself, and many times faster than asking the generator for each. For one thread at a
 * time.
 */
final class SecureIds implements IdSource {

    private static final VarHandle LONGS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final int BLOCK = 8 * 1_024;
    private static final int BYTES = 16;

    /** 2^26 ids: that none comes twice tells them from random with a chance below 2^-76. */
    private static final int BLOCKS_PER_KEY = (1 << 30) / BLOCK;

    private final SecureRandom random;
    private final Cipher cipher;
    private final int blocksPerKey;
    private final byte[] zeros = new byte[BLOCK];
    private final byte[] stream = new byte[BLOCK];
    private int position = BLOCK;
    private int blocksLeft;
    private long high;
    private long low;

    /**
     * Draws keys from a generator.
     *
     * @param random may block when it is asked for the first key, in {@link #next}
     * @throws IllegalStateException if this Java has no AES
     */
    SecureIds(SecureRandom random) {
        this(random, BLOCKS_PER_KEY);
    }

    SecureIds(SecureRandom random, int blocksPerKey) {
        this.random = random;
        this.blocksPerKey = blocksPerKey;
        try {
            cipher = Cipher.getInstance("AES/CTR/NoPadding");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no AES in counter mode", e);
        }
    }

    @Override
    public void next() {
        if (position == BLOCK) {
            fill();
        }
        high = (long) LONGS.get(stream, position);
        low = (long) LONGS.get(stream, position + Long.BYTES);
        position += BYTES;
    }

    @Override
    public long high() {
        return high;
    }

    @Override
    public long low() {
        return low;
    }

    private void fill() {
        try {
            if (blocksLeft == 0) {
                begin();
            }
            cipher.update(zeros, 0, BLOCK, stream, 0);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES failed", e);
        }
        blocksLeft--;
        position = 0;
    }

    /** A key of its own for each stream, so that the counter may begin with zero. */
    private void begin() throws GeneralSecurityException {
        byte[] key = new byte[BYTES];
        random.nextBytes(key);
        cipher.init(
                Cipher.ENCRYPT_MODE,
                new SecretKeySpec(key, "AES"),
                new IvParameterSpec(new byte[BYTES]));
        Arrays.fill(key, (byte) 0);
        blocksLeft = blocksPerKey;
    }
}
