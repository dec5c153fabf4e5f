package io.sirsi.shell.internal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** What comes in through a pipe. */
public final class StandardInput {

    /** The most that is read, in bytes. */
    static final int MOST = 16 << 20;

    private StandardInput() {}

    /**
     * Reads to the end.
     *
     * @param in what comes in, UTF-8
     * @return the text
     * @throws IOException where it cannot be read
     * @throws IllegalArgumentException if it is longer than 16 MiB
     */
    public static String text(InputStream in) throws IOException {
        byte[] bytes = in.readNBytes(MOST + 1);
        if (bytes.length > MOST) {
            throw new IllegalArgumentException(
                    "the input is longer than 16 MiB; submit it in parts.");
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
