package io.sirsi.launcher;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * The configuration of one node: a copy of what the distribution ships, kept up to date without
 * ever overwriting a file that an operator changed.
 *
 * <p>{@code etc/.shipped} remembers the digest of each file as it was installed:
 *
 * <table>
 * <caption>What happens to a file</caption>
 * <tr><th>here</th><th>shipped since</th><th>then</th></tr>
 * <tr><td>missing</td><td>any</td><td>installed: an ACL file that is gone would close or open a door</td></tr>
 * <tr><td>as installed</td><td>changed</td><td>replaced</td></tr>
 * <tr><td>changed</td><td>unchanged</td><td>kept</td></tr>
 * <tr><td>there before the first start</td><td>any</td><td>kept</td></tr>
 * <tr><td>changed</td><td>changed</td><td>kept, the new one beside it as {@code NAME.new}, and said</td></tr>
 * </table>
 */
final class EtcFolder {

    private static final String MEMORY = ".shipped";

    private final Path shipped;
    private final Path here;

    EtcFolder(Path shipped, Path here) {
        this.shipped = shipped;
        this.here = here;
    }

    /**
     * Brings the folder up to date.
     *
     * @return one sentence for each file where the operator has to decide
     * @throws IOException when a file cannot be read or written
     */
    List<String> update() throws IOException {
        Files.createDirectories(here);
        Properties installed = new Properties();
        Path memory = here.resolve(MEMORY);
        if (Files.exists(memory)) {
            try (Reader reader = Files.newBufferedReader(memory)) {
                installed.load(reader);
            }
        }
        List<String> notices = new ArrayList<>();
        Properties now = new Properties();
        for (Path source : files()) {
            String name = shipped.relativize(source).toString();
            Path target = here.resolve(name);
            String fresh = digest(source);
            String before = installed.getProperty(name, "");
            now.setProperty(name, fresh);
            if (!Files.exists(target)) {
                install(source, target);
                continue;
            }
            String current = digest(target);
            if (current.equals(fresh) || fresh.equals(before) || before.isEmpty()) {
                continue;
            }
            if (current.equals(before)) {
                install(source, target);
            } else {
                install(source, target.resolveSibling(target.getFileName() + ".new"));
                notices.add(
                        "etc/"
                                + name
                                + " was changed here and in the new version: yours is kept, compare it with etc/"
                                + name
                                + ".new.");
            }
        }
        if (!now.equals(installed)) {
            try (Writer writer = Files.newBufferedWriter(memory)) {
                now.store(writer, "digests of the files that the distribution installed");
            }
        }
        return notices;
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> all = Files.walk(shipped)) {
            return all.filter(Files::isRegularFile).sorted().toList();
        } catch (UncheckedIOException e) {
            throw new IOException(e);
        }
    }

    private static void install(Path source, Path target) throws IOException {
        Files.createDirectories(target.toAbsolutePath().getParent());
        Path fresh = target.resolveSibling(target.getFileName() + ".tmp");
        Files.copy(source, fresh, StandardCopyOption.REPLACE_EXISTING);
        Files.move(
                fresh, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /**
     * Of the words alone: the node writes files back that it read, and ends them with a line break
     * of its own.
     */
    private static String digest(Path file) throws IOException {
        String text = Files.readString(file, StandardCharsets.ISO_8859_1).stripTrailing();
        try {
            return HexFormat.of()
                    .formatHex(
                            MessageDigest.getInstance("SHA-256")
                                    .digest(text.getBytes(StandardCharsets.ISO_8859_1)));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
