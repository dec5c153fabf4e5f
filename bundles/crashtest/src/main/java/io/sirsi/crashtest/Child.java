package io.sirsi.crashtest;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/** A process that the driver started and talks to, a line at a time. Thread-safe. */
final class Child {

    private final Process process;
    private final OutputStream in;
    private final Thread reader;

    /**
     * Starts one.
     *
     * @param command its command line
     * @param errors the file to whose end its error stream goes
     * @param heard called for each whole line that it says, on a thread of its own
     * @param ended called with its exit code after the last line, on that thread
     */
    Child(List<String> command, Path errors, Consumer<Line> heard, IntConsumer ended)
            throws IOException {
        process =
                new ProcessBuilder(command)
                        .redirectError(Redirect.appendTo(errors.toFile()))
                        .start();
        in = process.getOutputStream();
        reader = new Thread(() -> read(heard, ended), "child-" + process.pid());
        reader.setDaemon(true);
        reader.start();
    }

    private void read(Consumer<Line> heard, IntConsumer ended) {
        try (BufferedReader out =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String text = out.readLine(); text != null; text = out.readLine()) {
                Line line;
                try {
                    line = Line.parse(text);
                } catch (IllegalArgumentException e) {
                    line = Line.of("noise").with("text", text);
                }
                heard.accept(line);
            }
        } catch (IOException e) {
            // Its end of the pipe is gone, and so is it.
            heard.accept(Line.of("noise").with("text", e.toString()));
        }
        int code = -1;
        try {
            code = process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        ended.accept(code);
    }

    /** {@return whether it could be told} */
    boolean tell(String lines) {
        synchronized (in) {
            try {
                in.write(lines.getBytes(StandardCharsets.UTF_8));
                in.flush();
                return true;
            } catch (IOException e) {
                return false;
            }
        }
    }

    /** Kills it as {@code kill -9} does, and waits until it is gone and all it said is heard. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        reader.join();
    }

    /** Ends its standard input, and waits until it is gone. */
    void leave() throws InterruptedException, IOException {
        synchronized (in) {
            in.close();
        }
        reader.join();
    }
}
