package io.sirsi.shell.internal;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.karaf.shell.api.console.Session;

/**
 * A file that {@code ./sirsi exec --file} has read where the person is, and sent along with the
 * command. The node itself reads no file for anybody. Its name is what the person's side says it
 * is: fit for a sentence, not for a path.
 */
public final class SentFile {

    /** The most that is taken, in bytes. */
    static final int MOST = 16 << 20;

    private static final String NAME = "sirsi.file";

    private final String name;
    private final byte[] bytes;

    private SentFile(String name, byte[] bytes) {
        this.name = name;
        this.bytes = bytes;
    }

    /**
     * Takes the file from the connection, and keeps it for the command that runs next.
     *
     * @param session the shell's session
     * @param in where it comes from
     * @param bytes how long it is
     * @param name what it is called; empty where that was not said
     * @throws IOException where it does not arrive whole
     * @throws IllegalArgumentException if it is longer than 16 MiB
     */
    public static void receive(Session session, InputStream in, int bytes, String name)
            throws IOException {
        if (bytes < 0 || bytes > MOST) {
            throw new IllegalArgumentException(
                    "the file is longer than 16 MiB; submit it in parts.");
        }
        byte[] content = in.readNBytes(bytes);
        if (content.length < bytes) {
            throw new EOFException("the file did not arrive whole; send it again.");
        }
        session.put(NAME, new SentFile(name, content));
    }

    /** {@return the file, which is then gone; empty where none was sent} */
    public static Optional<SentFile> take(Session session) {
        Object file = session.get(NAME);
        session.put(NAME, null);
        return file instanceof SentFile sent ? Optional.of(sent) : Optional.empty();
    }

    /** {@return what it is called, as its sender says; empty where that was not said} */
    public String name() {
        return name;
    }

    /** {@return what is in it} */
    public byte[] bytes() {
        return bytes.clone();
    }

    /**
     * {@return what is in it, as text}
     *
     * @throws IllegalArgumentException if that is not UTF-8
     */
    public String text() {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException binary) {
            throw new IllegalArgumentException(
                    "the file that was sent is not text in UTF-8.", binary);
        }
    }
}
