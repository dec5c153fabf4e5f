package io.sirsi.bench;

import io.sirsi.bench.harness.WorkFolder;
import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.OperatingSystemMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Where and how a run runs; without them, figures say nothing. */
final class Circumstances {

    private final List<String> before = new ArrayList<>();

    Circumstances(Options options, WorkFolder folder) throws IOException {
        String collectors =
                ManagementFactory.getGarbageCollectorMXBeans().stream()
                        .map(GarbageCollectorMXBean::getName)
                        .collect(Collectors.joining(", "));
        before.add(
                String.format(
                        Locale.ROOT,
                        "seed %d, %d rounds, effort %s",
                        options.seed(),
                        options.rounds(),
                        options.effort().name().toLowerCase(Locale.ROOT)));
        before.add(
                String.format(
                        Locale.ROOT,
                        "%s %s, heap %d MiB, %s",
                        System.getProperty("java.vm.name"),
                        System.getProperty("java.runtime.version"),
                        Runtime.getRuntime().maxMemory() >> 20,
                        collectors));
        before.add(
                String.format(
                        "%d × %s, %s %s, durable files on %s",
                        Runtime.getRuntime().availableProcessors(),
                        processor(),
                        System.getProperty("os.name"),
                        System.getProperty("os.version"),
                        folder.kind()));
        before.add("load average before: " + load());
        before.add(
                "all contenders of a row in one JVM, in turns: starting one for each slice would"
                        + " take longer than the slice");
    }

    List<String> before() {
        return before;
    }

    /** {@return that the machine is busy with something else, if it is} */
    Optional<String> warning() {
        OperatingSystemMXBean system = ManagementFactory.getOperatingSystemMXBean();
        return system.getSystemLoadAverage() > system.getAvailableProcessors() / 2.0
                ? Optional.of(
                        "sirsi: this machine is busy with something else; whatever waits for a"
                                + " thread or a disk will be measured wrong.")
                : Optional.empty();
    }

    List<String> after() {
        List<String> all = new ArrayList<>(before);
        all.add("load average after: " + load());
        return all;
    }

    private static String load() {
        double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
        return load < 0 ? "unknown" : String.format(Locale.ROOT, "%.1f", load);
    }

    private static String processor() throws IOException {
        Path info = Path.of("/proc/cpuinfo");
        if (!Files.isReadable(info)) {
            return System.getProperty("os.arch");
        }
        try (var lines = Files.lines(info)) {
            return lines.filter(line -> line.startsWith("model name"))
                    .findFirst()
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .orElse(System.getProperty("os.arch"));
        }
    }
}
