package io.sirsi.karaf;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs programs. */
final class Commands {

    private static final long PATIENCE_S = 120;

    private Commands() {}

    /** Runs a program to its end, with nothing to read, and these variables beside ours. */
    static Outcome run(List<String> command, Map<String, String> environment) {
        try {
            Path out = Files.createTempFile("sirsi-out-", ".txt");
            Path err = Files.createTempFile("sirsi-err-", ".txt");
            try {
                ProcessBuilder builder =
                        builder(command, environment)
                                .redirectOutput(out.toFile())
                                .redirectError(err.toFile());
                Process process = builder.start();
                if (!process.waitFor(PATIENCE_S, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                    throw new AssertionError(command + " did not end within " + PATIENCE_S + " s");
                }
                return new Outcome(process.exitValue(), text(out), text(err));
            } finally {
                Files.delete(out);
                Files.delete(err);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Starts a program and does not wait. */
    static Process start(List<String> command, Map<String, String> environment) {
        try {
            return builder(command, environment).redirectErrorStream(true).start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ProcessBuilder builder(List<String> command, Map<String, String> environment) {
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectInput(Path.of("/dev/null").toFile());
        builder.environment().putAll(environment);
        return builder;
    }

    private static String text(Path file) throws IOException {
        return Files.readString(file, StandardCharsets.UTF_8);
    }
}
