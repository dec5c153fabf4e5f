package io.sirsi.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * A file that goes with a command. It is read here, with the rights of the person: a node that read
 * files for its callers would show them what only it may read.
 */
final class SentFile {

    /** No file. */
    static final SentFile NONE = new SentFile("", new byte[0]);

    /** The most that the node takes, in bytes. */
    static final int MOST = 16 << 20;

    private final String name;
    private final byte[] bytes;

    SentFile(String name, byte[] bytes) {
        this.name = name;
        this.bytes = bytes.clone();
    }

    /**
     * Reads the file.
     *
     * @param name as typed
     * @return it, with at least one byte
     * @throws Refusal naming the file, and why it cannot be sent
     */
    static SentFile read(String name) {
        byte[] bytes = read(name, MOST, "is longer than 16 MiB; send it in parts.");
        return new SentFile(nameOf(name), bytes);
    }

    /**
     * Reads a file of limited length.
     *
     * @param name as typed
     * @param most the most bytes that it may have
     * @param tooLong what to say of one that has more
     * @return its bytes, at least one
     * @throws Refusal naming the file, and why it cannot be sent
     */
    static byte[] read(String name, int most, String tooLong) {
        Path file = Path.of(name);
        if (Files.isDirectory(file)) {
            throw new Refusal("'" + name + "' is a folder; name a file.");
        }
        byte[] bytes;
        try (var in = Files.newInputStream(file)) {
            bytes = in.readNBytes(most + 1);
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
        if (bytes.length > most) {
            throw new Refusal("the file '" + name + "' " + tooLong);
        }
        return bytes;
    }

    /** {@return the name without its folder} */
    static String nameOf(String file) {
        Path last = Path.of(file).getFileName();
        return last == null ? "" : last.toString();
    }

    /** {@return what it is called, without its folder} */
    String name() {
        return name;
    }

    /** {@return what is in it; nothing if there is none} */
    byte[] bytes() {
        return bytes.clone();
    }
}
