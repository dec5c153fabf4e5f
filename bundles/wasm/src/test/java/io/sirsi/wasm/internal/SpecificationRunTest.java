package io.sirsi.wasm.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sirsi.spi.wasm.WasmBuilder;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.logging.Logger;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Guests compute what the specification says, with each engine, behind admission. */
class SpecificationRunTest {

    private static final Logger LOG = Logger.getLogger(SpecificationRunTest.class.getName());

    @ParameterizedTest
    @EnumSource(Engines.class)
    @Timeout(300)
    void guests_compute_what_the_specification_says(Engines which) throws Exception {
        Map<String, byte[]> files = files();
        ObjectMapper json = new ObjectMapper();
        int passed = 0;
        List<String> failed = new ArrayList<>();
        Map<String, Integer> byType = new TreeMap<>();
        Map<String, Integer> skipped = new TreeMap<>();
        try (Engines.Started engine = which.startOrSkip()) {
            for (String name : files.keySet()) {
                if (!name.endsWith(".json")) {
                    continue;
                }
                String folder = name.substring(0, name.indexOf('/'));
                SpecificationRun run = new SpecificationRun(engine.engine(), files, folder);
                try (run) {
                    for (JsonNode command : json.readTree(files.get(name)).path("commands")) {
                        run.command(command);
                    }
                }
                LOG.info(
                        name
                                + ": passed "
                                + run.passed
                                + ", failed "
                                + run.failed.size()
                                + ", skipped "
                                + run.skipped);
                run.passed.forEach((type, count) -> byType.merge(type, count, Integer::sum));
                run.skipped.forEach((why, count) -> skipped.merge(why, count, Integer::sum));
                passed +=
                        run.passed.getOrDefault("assert_return", 0)
                                + run.passed.getOrDefault("assert_trap", 0);
                failed.addAll(run.failed);
            }
        }
        failed.forEach(LOG::info);
        LOG.info(
                which
                        + ": passed "
                        + byType
                        + ", failed "
                        + failed.size()
                        + ", skipped "
                        + skipped);
        assertThat(passed).as("assertions that ran").isGreaterThan(20_000);
        failed.removeIf(line -> which.known().stream().anyMatch(line::startsWith));
        assertThat(failed).isEmpty();
    }

    private static Map<String, byte[]> files() throws Exception {
        Map<String, byte[]> files = new TreeMap<>();
        try (InputStream resource =
                        WasmBuilder.class.getResourceAsStream("specification/wasm-2.0.zip");
                ZipInputStream zip = new ZipInputStream(Objects.requireNonNull(resource))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                files.put(entry.getName(), zip.readAllBytes());
            }
        }
        return files;
    }
}
