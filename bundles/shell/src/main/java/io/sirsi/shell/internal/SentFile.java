package io.sirsi.shell.internal;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.karaf.shell.api.console.Session;

/**
 * The text of a file that {@code ./sirsi exec --file} has read where the person is, and sent along
 * with the command. The node itself reads no file for anybody.
 */
public final class SentFile {

    /** The most that is taken, in bytes. */
    static final int MOST = 16 << 20;

    private static final String NAME = "sirsi.file";

    private SentFile() {}

    /**
     * Takes the text from the connection, and keeps it for the command that runs next.
     *
     * @param session the shell's session
     * @param in where it comes from, UTF-8
     * @param bytes how long it is
     * @throws IOException where it does not arrive whole
     * @throws IllegalArgumentException if it is longer than 16 MiB
     */
    public static void receive(Session session, InputStream in, int bytes) throws IOException {
        if (bytes < 0 || bytes > MOST) {
            throw new IllegalArgumentException(
                    "the file is longer than 16 MiB; submit it in parts.");
        }
        byte[] text = in.readNBytes(bytes);
        if (text.length < bytes) {
            throw new EOFException("the file did not arrive whole; send it again.");
        }
        session.put(NAME, new String(text, StandardCharsets.UTF_8));
    }

    /** {@return the text, which is then gone; empty where none was sent} */
    public static Optional<String> take(Session session) {
        Object text = session.get(NAME);
        session.put(NAME, null);
        return text instanceof String sent ? Optional.of(sent) : Optional.empty();
    }
}
