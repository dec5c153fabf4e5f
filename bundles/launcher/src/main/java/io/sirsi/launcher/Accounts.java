package io.sirsi.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/**
 * The accounts of a node, one line each: {@code NAME = roles=ROLE;key=TYPE BASE64}. The file is
 * read by the node whenever it changes; the launcher only ever touches the line of its own account.
 */
final class Accounts {

    /** The account of the launcher. */
    static final String ADMIN = "admin";

    private static final String HEADER =
            "# Accounts of this node, one line each:"
                    + " NAME = roles=viewer|operator|admin;key=TYPE BASE64[;password=HASH]\n"
                    + "# The launcher keeps the line '"
                    + ADMIN
                    + "' for the key in keys/.\n";

    private final Path file;

    Accounts(Path etc) {
        this.file = etc.resolve("io.sirsi.accounts.properties");
    }

    /**
     * Makes sure that the launcher's key may log in as administrator.
     *
     * @param publicLine {@code TYPE BASE64 COMMENT}
     * @throws IOException when the file cannot be read or written
     */
    void admit(String publicLine) throws IOException {
        String[] words = publicLine.split(" ", 3);
        setLine(ADMIN + " = roles=admin;key=" + words[0] + " " + words[1]);
    }

    private void setLine(String line) throws IOException {
        List<String> lines =
                Files.exists(file)
                        ? new ArrayList<>(Files.readAllLines(file))
                        : new ArrayList<>(HEADER.lines().toList());
        if (lines.contains(line)) {
            return;
        }
        lines.removeIf(old -> old.startsWith(ADMIN + " ") || old.startsWith(ADMIN + "="));
        lines.add(line);
        Path fresh = file.resolveSibling(file.getFileName() + ".tmp");
        Files.deleteIfExists(fresh);
        Files.createFile(fresh, AdminKey.FOR_THE_OWNER);
        Files.write(fresh, lines);
        Files.move(
                fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
