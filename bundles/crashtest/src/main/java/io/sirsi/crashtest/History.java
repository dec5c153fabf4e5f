package io.sirsi.crashtest;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** A file of lines, in the order in which they were learnt. Thread-safe. */
final class History implements AutoCloseable {

    private final BufferedWriter file;

    History(Path path) throws IOException {
        file = Files.newBufferedWriter(path);
    }

    /** Adds a line, stamped with the time at which it was learnt. */
    synchronized void add(Line line) {
        try {
            file.write(line.with("t", System.nanoTime()).toString());
            file.write('\n');
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public synchronized void close() throws IOException {
        file.close();
    }

    /**
     * Reads a history line by line.
     *
     * @throws IOException if it cannot be read
     * @throws IllegalArgumentException for a line that is none
     */
    static void read(Path path, Consumer<Line> reader) throws IOException {
        try (Stream<String> lines = Files.lines(path)) {
            lines.map(Line::parse).forEach(reader);
        }
    }
}
