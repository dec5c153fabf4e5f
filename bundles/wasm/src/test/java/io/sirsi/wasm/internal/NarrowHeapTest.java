package io.sirsi.wasm.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A node ends when its heap is full, even if somebody catches that: no module may bring it about.
 */
class NarrowHeapTest {

    private static final int MINUTES = 9;

    @TempDir Path folder;

    @Test
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    void no_admitted_module_fills_the_heap_of_a_node() throws Exception {
        Path out = folder.resolve("out");
        Process node =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xms48m",
                                "-Xmx512m",
                                "-Xss512k",
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-XX:MetaspaceSize=128m",
                                "-XX:+ExitOnOutOfMemoryError",
                                "-cp",
                                System.getProperty("java.class.path"),
                                NarrowHeap.class.getName(),
                                folder.resolve("node").toString())
                        .redirectErrorStream(true)
                        .redirectOutput(out.toFile())
                        .start();
        boolean ended = node.waitFor(MINUTES, TimeUnit.MINUTES);
        node.destroyForcibly();

        List<String> lines = Files.readAllLines(out);
        assertThat(ended).as("%s", lines).isTrue();
        assertThat(lines).last().asString().startsWith("survived");
        assertThat(node.exitValue()).isZero();
        assertThat(lines).filteredOn(line -> line.endsWith(": Succeeded")).hasSizeGreaterThan(15);
        assertThat(lines)
                .filteredOn(line -> line.contains("beside busy guests: there is no room to try it"))
                .hasSizeGreaterThan(15);
    }
}
