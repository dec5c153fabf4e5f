package io.sirsi.spi.wasm;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * For how long threads of this process were ready to run and the machine ran something else: what
 * no engine can be blamed for. Linux tells (the second number of {@code schedstat}); elsewhere it
 * is nothing.
 */
public final class RunDelay {

    private static final Path TASKS = Path.of("/proc/self/task");

    private RunDelay() {}

    /** {@return the sum over all threads that live, in ns; only differences mean something} */
    public static long nanos() {
        if (!Files.exists(TASKS)) {
            return 0;
        }
        try (Stream<Path> tasks = Files.list(TASKS)) {
            return tasks.mapToLong(RunDelay::ofTask).sum();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@return for how long so far any thread of the machine waited for a processor, in us} */
    public static long pressureMicros() {
        Path pressure = Path.of("/proc/pressure/cpu");
        if (!Files.exists(pressure)) {
            return 0;
        }
        try {
            String some = Files.readAllLines(pressure).get(0);
            return Long.parseLong(some.substring(some.indexOf("total=") + "total=".length()));
        } catch (IOException e) {
            return 0;
        }
    }

    private static long ofTask(Path task) {
        try {
            String[] numbers = Files.readString(task.resolve("schedstat")).strip().split(" ", -1);
            return Long.parseLong(numbers[1]);
        } catch (IOException e) {
            return 0; // the thread has ended meanwhile
        }
    }
}
