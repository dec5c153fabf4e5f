package io.sirsi.crashtest;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarFile;

/**
 * How a JVM is started in the least time: with the quick compiler only, a small heap, and an
 * archive of its classes if there is one.
 *
 * @param classPath its class path
 * @param archive the archive of classes; used if the file exists
 * @param options further options
 */
record JavaCommand(String classPath, Path archive, List<String> options) {

    JavaCommand {
        options = List.copyOf(options);
    }

    /**
     * Makes one with the class path of this JVM.
     *
     * @param folders whether folders stay on the path: an archive of classes cannot be made then
     * @param archive where the archive of classes is, or is to be
     * @throws IOException if a jar of the path cannot be read
     */
    static JavaCommand here(boolean folders, Path archive) throws IOException {
        List<String> path = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            path.addAll(expand(Path.of(entry)));
        }
        path.removeIf(entry -> !folders && Files.isDirectory(Path.of(entry)));
        return new JavaCommand(String.join(File.pathSeparator, path), archive, List.of());
    }

    /** A test runner may hand over its path as a jar that only names others. */
    private static List<String> expand(Path entry) throws IOException {
        if (!Files.isRegularFile(entry)) {
            return List.of(entry.toString());
        }
        try (JarFile jar = new JarFile(entry.toFile())) {
            String names =
                    jar.getManifest() == null
                            ? null
                            : jar.getManifest()
                                    .getMainAttributes()
                                    .getValue(Attributes.Name.CLASS_PATH);
            if (names == null || jar.stream().anyMatch(one -> one.getName().endsWith(".class"))) {
                return List.of(entry.toString());
            }
            List<String> path = new ArrayList<>();
            for (String name : names.trim().split("\\s+", -1)) {
                URI place = entry.toUri().resolve(name);
                path.add(Path.of(place).toString());
            }
            return path;
        }
    }

    JavaCommand with(List<String> more) {
        List<String> all = new ArrayList<>(options);
        all.addAll(more);
        return new JavaCommand(classPath, archive, all);
    }

    /** {@return the command line that runs a class} */
    List<String> run(Class<?> main, String... args) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of(
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-XX:-UsePerfData",
                        "-Xshare:auto",
                        "-Xlog:disable",
                        "-Xlog:all=off",
                        "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                        "-Xms32m",
                        "-Xmx96m"));
        if (Files.exists(archive)) {
            command.add("-XX:SharedArchiveFile=" + archive);
        }
        command.addAll(options);
        command.add("-cp");
        command.add(classPath);
        command.add(main.getName());
        command.addAll(List.of(args));
        return command;
    }
}
