package io.sirsi.launcher;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * A file that goes with a command. It is read here, with the rights of the person: a node that read
 * files for its callers would show them what only it may read.
 */
final class SentFile {

    /** The most that the node takes, in bytes. */
    static final int MOST = 16 << 20;

    private SentFile() {}

    /**
     * Reads the file.
     *
     * @param name as typed
     * @return its bytes, UTF-8, at least one
     * @throws Refusal naming the file, and why it cannot be sent
     */
    static byte[] read(String name) {
        Path file = Path.of(name);
        if (Files.isDirectory(file)) {
            throw new Refusal("'" + name + "' is a folder; name a file.");
        }
        byte[] bytes;
        try (var in = Files.newInputStream(file)) {
            bytes = in.readNBytes(MOST + 1);
        } catch (NoSuchFileException absent) {
            throw new Refusal(
                    "there is no file '"
                            + name
                            + "'"
                            + (file.isAbsolute() ? "" : " in " + Path.of("").toAbsolutePath())
                            + ".");
        } catch (IOException unreadable) {
            throw new Refusal("cannot read the file '" + name + "'; see its permissions.");
        }
        if (bytes.length == 0) {
            throw new Refusal("the file '" + name + "' is empty.");
        }
        if (bytes.length > MOST) {
            throw new Refusal("the file '" + name + "' is longer than 16 MiB; send it in parts.");
        }
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
        } catch (CharacterCodingException binary) {
            throw new Refusal("the file '" + name + "' is not text in UTF-8.");
        }
        return bytes;
    }
}
