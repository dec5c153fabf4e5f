package io.sirsi.spi.agent;

import io.sirsi.session.SessionId;
import io.sirsi.task.TaskId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * How a step of a task is named to systems outside, so that a repeated call has one effect: the
 * SHA-256 of session, task and step, in <a href="https://www.crockford.com/base32.html">Crockford's
 * base 32</a> in lower case. Clouds take keys of at most 64 ASCII characters; this has 52.
 */
public final class IdempotencyKey {

    /** The longest name of a step, in characters. */
    public static final int MAX_STEP = 200;

    private static final char[] ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz".toCharArray();
    private static final int LENGTH = 52;

    private IdempotencyKey() {}

    /**
     * Names a step.
     *
     * @param session where the task lives
     * @param task the task
     * @param step which step of it, 1 to {@value #MAX_STEP} characters
     * @return the key
     * @throws IllegalArgumentException for an empty or a longer step
     */
    public static String of(SessionId session, TaskId task, String step) {
        if (step.isEmpty() || step.length() > MAX_STEP) {
            throw new IllegalArgumentException(
                    "the name of a step must have 1 to "
                            + MAX_STEP
                            + " characters, not "
                            + step.length());
        }
        // Neither id contains a line feed, so no two different triples read the same.
        String all = session.value() + '\n' + task.value() + '\n' + step;
        return base32(sha256().digest(all.getBytes(StandardCharsets.UTF_8)));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) { // every Java platform has it
            throw new IllegalStateException(impossible);
        }
    }

    /** From the first bit on, five to a character; zeros fill up the last. */
    private static String base32(byte[] bytes) {
        StringBuilder text = new StringBuilder(LENGTH);
        int held = 0;
        int bits = 0;
        for (byte next : bytes) {
            held = (held << 8) | (next & 0xff);
            bits += 8;
            while (bits >= 5) {
                bits -= 5;
                text.append(ALPHABET[(held >>> bits) & 31]);
            }
            held &= (1 << bits) - 1;
        }
        if (bits > 0) {
            text.append(ALPHABET[(held << (5 - bits)) & 31]);
        }
        return text.toString();
    }
}
