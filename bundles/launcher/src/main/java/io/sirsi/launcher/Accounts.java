package io.sirsi.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/** The accounts of a node, as the realm of its doors reads them. */
final class Accounts {

    /** The account of the launcher. */
    static final String ADMIN = "admin";

    private final Path file;

    Accounts(Path etc) {
        this.file = etc.resolve("keys.properties");
    }

    /**
     * Makes sure that the launcher's key may log in as administrator. Other accounts are left alone.
     *
     * @param publicLine {@code TYPE BASE64 COMMENT}
     * @throws IOException when the file cannot be read or written
     */
    void admit(String publicLine) throws IOException {
        String key = publicLine.split("\\s+")[1];
        String line = ADMIN + " = " + key + ",_g_:admins";
        List<String> lines = Files.exists(file) ? new ArrayList<>(Files.readAllLines(file)) : new ArrayList<>();
        if (lines.contains(line)) {
            return;
        }
        lines.removeIf(old -> old.startsWith(ADMIN + " "));
        lines.add(line);
        Path fresh = file.resolveSibling(file.getFileName() + ".tmp");
        Files.write(fresh, lines);
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
