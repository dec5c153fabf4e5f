package io.sirsi.node.internal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;

/**
 * The file by which other processes find a ready node: it is there when, and only when, the node is
 * ready. Readers see the whole file or none, as it is renamed into place.
 */
final class PortsFile {

    private final Path path;

    PortsFile(Path path) {
        this.path = path;
    }

    /**
     * Writes the entries, one {@code key=value} line each, in the order of the map.
     *
     * @throws IOException when the file cannot be written
     */
    void write(Map<String, String> entries) throws IOException {
        StringBuilder text =
                new StringBuilder(
                        "# written by the node when it is ready, removed when it stops\n");
        entries.forEach((key, value) -> text.append(key).append('=').append(value).append('\n'));
        Path fresh = path.resolveSibling(path.getFileName() + ".new");
        try (FileChannel channel =
                FileChannel.open(
                        fresh,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.TRUNCATE_EXISTING)) {
            channel.write(StandardCharsets.UTF_8.encode(text.toString()));
        }
        Files.move(
                fresh, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /**
     * Removes the file if it is there.
     *
     * @throws IOException when it is there and cannot be removed
     */
    void remove() throws IOException {
        Files.deleteIfExists(path);
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
