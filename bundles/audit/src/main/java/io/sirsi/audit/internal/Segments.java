package io.sirsi.audit.internal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The files of a trail in their folder: each is named after the number of its first record. */
final class Segments {

    private static final Pattern NAME = Pattern.compile("audit-([0-9]{19})\\.jsonl");
    private static final boolean POSIX =
            FileSystems.getDefault().supportedFileAttributeViews().contains("posix");

    private Segments() {}

    /** Makes the folder, for its owner alone, unless it is there. */
    static void makeFolder(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(folder, ownerOnly("rwx------"));
        }
    }

    /** Makes an empty file, for its owner alone, whose name is on the disk on return. */
    static Path create(Path folder, long firstSequence) throws IOException {
        Path path = folder.resolve(name(firstSequence));
        Files.createFile(path, ownerOnly("rw-------"));
        forceFolder(folder);
        return path;
    }

    private static void forceFolder(Path folder) throws IOException {
        if (POSIX) {
            try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }

    private static FileAttribute<?>[] ownerOnly(String permissions) {
        if (!POSIX) {
            return new FileAttribute<?>[0];
        }
        Set<PosixFilePermission> wanted = PosixFilePermissions.fromString(permissions);
        return new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(wanted)};
    }

    /** {@return the files in a folder, oldest first} */
    static List<Path> list(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(path -> NAME.matcher(path.getFileName().toString()).matches())
                    .sorted()
                    .toList();
        }
    }

    /** {@return the name of the file that begins with a record} */
    static String name(long firstSequence) {
        return String.format(Locale.ROOT, "audit-%019d.jsonl", firstSequence);
    }

    /** {@return the number of the first record of a file} */
    static long firstSequence(Path segment) {
        Matcher matcher = NAME.matcher(segment.getFileName().toString());
        if (!matcher.matches()) {
            throw new IllegalArgumentException("not a file of the audit trail: " + segment);
        }
        return Long.parseLong(matcher.group(1));
    }
}
