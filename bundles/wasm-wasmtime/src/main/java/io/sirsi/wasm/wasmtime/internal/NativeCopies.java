package io.sirsi.wasm.wasmtime.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.UserPrincipal;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The copies of the native library that the binding leaves in the folder for temporary files, 18 MB
 * each, one a start. Only on Linux, where a file that is mapped can lose its name: a copy that
 * someone still uses goes on working without it.
 */
final class NativeCopies {

    private static final Logger LOG = LoggerFactory.getLogger(NativeCopies.class);
    private static final Pattern SHAPE =
            Pattern.compile("libwasmtime_jni_[0-9.]+_linux_(x86_64|aarch64)[0-9]+\\.so");
    /* Younger ones may be between copying and loading. */
    private static final Duration YOUNGEST = Duration.ofMinutes(10);

    private final Path folder;
    private final Path proc;

    /**
     * Looks nowhere yet.
     *
     * @param folder where copies are
     * @param proc where the system tells of processes
     */
    NativeCopies(Path folder, Path proc) {
        this.folder = folder;
        this.proc = proc;
    }

    /** Removes those of our user that are old and that no process maps; none if in doubt. */
    void removeLeftOvers() {
        try {
            Path self = proc.resolve("self");
            if (!Files.exists(self.resolve("maps"))) {
                return;
            }
            UserPrincipal user = Files.getOwner(self);
            Set<String> mapped = mappedByAll(user);
            Instant youngest = Instant.now().minus(YOUNGEST);
            for (Path copy : copies()) {
                BasicFileAttributes attributes =
                        Files.readAttributes(
                                copy, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
                if (attributes.isRegularFile()
                        && attributes.lastModifiedTime().toInstant().isBefore(youngest)
                        && Files.getOwner(copy, LinkOption.NOFOLLOW_LINKS).equals(user)
                        && !mapped.contains(copy.toRealPath().toString())) {
                    Files.deleteIfExists(copy);
                    LOG.info("removed {}, which an earlier run had left", copy);
                }
            }
        } catch (IOException
                | UncheckedIOException
                | DirectoryIteratorException
                | UnsupportedOperationException e) {
            LOG.debug("copies of the native library in {} are left as they are", folder, e);
        }
    }

    /** Takes the name from the copy that this process has loaded, so that it is never left. */
    void removeOwn() {
        try {
            Path maps = proc.resolve("self/maps");
            if (!Files.exists(maps)) {
                return;
            }
            Set<String> mapped = mapped(maps);
            for (Path copy : copies()) {
                if (mapped.contains(copy.toRealPath().toString())) {
                    Files.deleteIfExists(copy);
                }
            }
        } catch (IOException | UncheckedIOException e) {
            LOG.debug("the copy of the native library in {} is left where it is", folder, e);
        }
    }

    private Set<Path> copies() throws IOException {
        Set<Path> copies = new HashSet<>();
        try (DirectoryStream<Path> files =
                Files.newDirectoryStream(
                        folder, file -> SHAPE.matcher(file.getFileName().toString()).matches())) {
            files.forEach(copies::add);
        }
        return copies;
    }

    /* A process of our user whose maps cannot be read is doubt enough; those that end are not. */
    private Set<String> mappedByAll(UserPrincipal user) throws IOException {
        Set<String> all = new HashSet<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(proc, "[0-9]*")) {
            for (Path process : processes) {
                try {
                    all.addAll(mapped(process.resolve("maps")));
                } catch (IOException | UncheckedIOException e) {
                    if (Files.exists(process) && Files.getOwner(process).equals(user)) {
                        throw e;
                    }
                }
            }
        }
        return all;
    }

    private static Set<String> mapped(Path maps) throws IOException {
        Set<String> files = new HashSet<>();
        try (Stream<String> lines = Files.lines(maps)) {
            lines.forEach(
                    line -> {
                        int path = line.indexOf('/');
                        if (path >= 0) {
                            files.add(line.substring(path).replace(" (deleted)", ""));
                        }
                    });
        }
        return files;
    }
}
