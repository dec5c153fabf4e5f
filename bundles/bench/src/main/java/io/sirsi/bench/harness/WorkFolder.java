package io.sirsi.bench.harness;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The folder on whose disk all durable contenders write. Thread-safe.
 *
 * @param path where it is
 */
public record WorkFolder(Path path) {

    /**
     * Makes a new, empty folder in it.
     *
     * @param prefix how its name begins
     * @return the folder
     * @throws IOException where it cannot be made
     */
    public Path fresh(String prefix) throws IOException {
        Files.createDirectories(path);
        return Files.createTempDirectory(path, prefix + "-");
    }

    /** {@return the kind of file system it is on, such as {@code ext4}} */
    public String kind() throws IOException {
        Files.createDirectories(path);
        return Files.getFileStore(path).type();
    }

    /**
     * Removes a folder with all that is in it.
     *
     * @param folder which; may be gone
     * @throws IOException where something cannot be removed
     */
    public static void remove(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        List<Path> deepestFirst;
        try (Stream<Path> all = Files.walk(folder)) {
            deepestFirst = all.sorted(Comparator.reverseOrder()).collect(Collectors.toList());
        }
        for (Path one : deepestFirst) {
            Files.deleteIfExists(one);
        }
    }
}
