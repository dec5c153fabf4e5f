package io.sirsi.bench.harness;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A JVM of its own, with this one's class path. What it has to say it prints as {@code
 * name=number}, a line each.
 *
 * @param options its options
 * @param main what runs there
 */
public record JavaProcess(List<String> options, Class<?> main) {

    private static final long PATIENCE_MINUTES = 5;

    public JavaProcess {
        options = List.copyOf(options);
    }

    /**
     * Runs it; blocks until it has ended.
     *
     * @param arguments what it is given
     * @return what it printed
     * @throws IOException where it cannot run, or failed
     * @throws InterruptedException if interrupted
     */
    public Figures run(List<String> arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(arguments);
        Process process =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        String who = "the JVM for " + main.getSimpleName() + " " + String.join(" ", arguments);
        if (!process.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES)) {
            process.destroyForcibly();
            throw new IOException(who + " did not end");
        }
        if (process.exitValue() != 0) {
            throw new IOException(who + " ended with " + process.exitValue());
        }
        Map<String, Double> figures = new LinkedHashMap<>();
        said.lines()
                .map(line -> line.split("="))
                .filter(parts -> parts.length == 2)
                .forEach(parts -> figures.put(parts[0], Double.valueOf(parts[1])));
        return new Figures(figures);
    }
}
