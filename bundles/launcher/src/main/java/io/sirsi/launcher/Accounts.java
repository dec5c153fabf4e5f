package io.sirsi.launcher;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The accounts of a node, one line each: {@code NAME = roles=ROLE;key=TYPE BASE64}. The file is
 * read by the node whenever it changes; each change leaves the other lines as they are.
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

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._@-]{0,63}");
    private static final Pattern LINE =
            Pattern.compile("\\s*([A-Za-z0-9][A-Za-z0-9._@-]{0,63})\\s*=.*");
    private static final Set<String> RESERVED = Set.of("system", "anonymous");
    private static final Set<String> ROLES = Set.of("viewer", "operator", "admin");

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

    /**
     * Opens an account, or replaces the one of this name.
     *
     * @param name 1 to 64 letters, digits and {@code . _ @ -}
     * @param role viewer, operator or admin
     * @param login what follows the role: {@code key=…} or {@code password=…}
     * @throws IOException when the file cannot be read or written
     */
    void put(String name, String role, String login) throws IOException {
        setLine(requireName(name) + " = roles=" + requireRole(role) + ";" + login);
    }

    /**
     * Closes an account.
     *
     * @throws Refusal if there is none of this name, or it is the launcher's
     * @throws IOException when the file cannot be read or written
     */
    void remove(String name) throws IOException {
        requireName(name);
        alone(() -> close(name));
    }

    private void close(String name) throws IOException {
        List<String> lines = lines();
        if (!lines.removeIf(line -> nameOf(line).equals(Optional.of(name)))) {
            throw new Refusal("there is no account '" + name + "'; see ./sirsi account list.");
        }
        write(lines);
    }

    /**
     * {@return the accounts, each as {@code NAME ROLES LOGINS}, without what proves who they are}
     */
    List<String> list() throws IOException {
        return lines().stream()
                .filter(line -> nameOf(line).isPresent())
                .map(
                        line ->
                                nameOf(line).get()
                                        + "  "
                                        + line.replaceFirst("^[^=]*=\\s*roles=([^;]*).*$", "$1")
                                        + (line.contains(";key=") ? "  key" : "")
                                        + (line.contains(";password=") ? "  password" : ""))
                .toList();
    }

    private static String requireName(String name) {
        if (!NAME.matcher(name).matches() || name.equals(ADMIN) || RESERVED.contains(name)) {
            throw new Refusal(
                    "'"
                            + name
                            + "' cannot be the name of an account; take 1 to 64 letters, digits or . _ @ -, and none"
                            + " of admin, system, anonymous.");
        }
        return name;
    }

    private static String requireRole(String role) {
        if (!ROLES.contains(role)) {
            throw new Refusal("'" + role + "' is no role; take viewer, operator or admin.");
        }
        return role;
    }

    private static Optional<String> nameOf(String line) {
        Matcher matcher = LINE.matcher(line);
        return matcher.matches() ? Optional.of(matcher.group(1)) : Optional.empty();
    }

    private List<String> lines() throws IOException {
        return Files.exists(file)
                ? new ArrayList<>(Files.readAllLines(file))
                : new ArrayList<>(HEADER.lines().toList());
    }

    private void setLine(String line) throws IOException {
        alone(
                () -> {
                    List<String> lines = lines();
                    if (!lines.contains(line)) {
                        lines.removeIf(old -> nameOf(old).equals(nameOf(line)));
                        lines.add(line);
                        write(lines);
                    }
                });
    }

    /** One change of the file. */
    @FunctionalInterface
    private interface Change {
        void make() throws IOException;
    }

    /** Two launchers that change accounts take turns; the lock goes with the channel. */
    private void alone(Change change) throws IOException {
        Path lock = file.resolveSibling("." + file.getFileName() + ".lock");
        try (FileChannel channel =
                        FileChannel.open(
                                lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock held = channel.lock()) {
            if (held.isValid()) {
                change.make();
            }
        }
    }

    private void write(List<String> lines) throws IOException {
        Path fresh = file.resolveSibling(file.getFileName() + ".tmp");
        Files.deleteIfExists(fresh);
        Files.createFile(fresh, AdminKey.FOR_THE_OWNER);
        Files.write(fresh, lines);
        Files.move(
                fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
