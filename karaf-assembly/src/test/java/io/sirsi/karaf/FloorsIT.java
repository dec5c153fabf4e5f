package io.sirsi.karaf;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The floors of the house: packages are imported downwards only, services plug in from above. Read
 * from the manifests of our bundles in the assembled distribution.
 */
class FloorsIT {

    /** Every bundle has its floor here, whether it exists already or is to come. */
    private static final Map<String, Integer> FLOORS =
            Map.ofEntries(
                    Map.entry("io.sirsi.api", 0),
                    Map.entry("io.sirsi.spi", 1),
                    Map.entry("io.sirsi.schemas", 1),
                    Map.entry("io.sirsi.journal", 2),
                    Map.entry("io.sirsi.events", 2),
                    Map.entry("io.sirsi.audit", 2),
                    Map.entry("io.sirsi.agents", 2),
                    Map.entry("io.sirsi.scheduler", 2),
                    Map.entry("io.sirsi.inventory", 2),
                    Map.entry("io.sirsi.hypervisor", 2),
                    Map.entry("io.sirsi.deployer", 2),
                    Map.entry("io.sirsi.wasm", 3),
                    Map.entry("io.sirsi.wasm.endive", 3),
                    Map.entry("io.sirsi.wasm.wasmtime", 3),
                    Map.entry("io.sirsi.wasm.wasmtime.library", 3),
                    Map.entry("io.sirsi.secrets.file", 3),
                    Map.entry("io.sirsi.host", 3),
                    Map.entry("io.sirsi.aws", 3),
                    Map.entry("io.sirsi.azure", 3),
                    Map.entry("io.sirsi.gcp", 3),
                    Map.entry("io.sirsi.security.shiro", 3),
                    Map.entry("io.sirsi.security.vault", 3),
                    Map.entry("io.sirsi.security.spiffe", 3),
                    Map.entry("io.sirsi.report", 3),
                    Map.entry("io.sirsi.telemetry", 3),
                    Map.entry("io.sirsi.telemetry.otel", 3),
                    Map.entry("io.sirsi.cluster.redis", 3),
                    Map.entry("io.sirsi.shell", 4),
                    Map.entry("io.sirsi.jmx", 4),
                    Map.entry("io.sirsi.grpc", 4),
                    Map.entry("io.sirsi.mcp", 4),
                    Map.entry("io.sirsi.console", 4),
                    Map.entry("io.sirsi.node", 4));

    /** Holds a library for another bundle that may then be exchanged without it. */
    private static final String LIBRARY = "io.sirsi.wasm.wasmtime.library";

    private static final Map<String, Set<String>> EXPORTS = new TreeMap<>();
    private static final Map<String, Set<String>> IMPORTS = new TreeMap<>();

    @BeforeAll
    static void readManifests() throws IOException {
        List<Path> jars;
        try (Stream<Path> files = Files.walk(Node.home().resolve("system/io/sirsi"))) {
            jars = files.filter(file -> file.toString().endsWith(".jar")).toList();
        }
        for (Path jar : jars) {
            try (JarFile file = new JarFile(jar.toFile())) {
                Attributes manifest = file.getManifest().getMainAttributes();
                String name = clauses(manifest.getValue("Bundle-SymbolicName")).iterator().next();
                EXPORTS.put(name, clauses(manifest.getValue("Export-Package")));
                IMPORTS.put(name, clauses(manifest.getValue("Import-Package")));
            }
        }
        assertThat(EXPORTS).as("bundles in the distribution").containsKey("io.sirsi.node");
    }

    @Test
    void every_bundle_has_a_floor() {
        assertThat(FLOORS.keySet()).containsAll(EXPORTS.keySet());
    }

    @Test
    void no_package_is_imported_from_a_floor_above() {
        List<String> upward = new ArrayList<>();
        edges().forEach(
                        (importer, exporters) ->
                                exporters.stream()
                                        .filter(exporter -> floor(exporter) > floor(importer))
                                        .forEach(
                                                exporter ->
                                                        upward.add(
                                                                importer
                                                                        + " (floor "
                                                                        + floor(importer)
                                                                        + ") imports from "
                                                                        + exporter
                                                                        + " (floor "
                                                                        + floor(exporter)
                                                                        + ")")));
        assertThat(upward).isEmpty();
    }

    @Test
    void no_bundles_import_from_each_other_in_a_circle() {
        Map<String, Set<String>> edges = edges();
        for (String bundle : edges.keySet()) {
            assertThat(reachable(bundle, edges))
                    .as("what %s imports from, directly or not", bundle)
                    .doesNotContain(bundle);
        }
    }

    @Test
    void every_package_of_ours_that_is_imported_is_exported_by_one_bundle() {
        Set<String> all = new TreeSet<>();
        List<String> twice = new ArrayList<>();
        EXPORTS.forEach(
                (bundle, packages) ->
                        packages.forEach(
                                exported -> {
                                    if (!all.add(exported)) {
                                        twice.add(exported + " of " + bundle);
                                    }
                                }));
        assertThat(twice).isEmpty();
        IMPORTS.forEach(
                (bundle, packages) ->
                        assertThat(all)
                                .as("what %s imports", bundle)
                                .containsAll(packages.stream().filter(FloorsIT::isOurs).toList()));
    }

    @Test
    void nothing_internal_and_nothing_foreign_is_exported() {
        EXPORTS.forEach(
                (bundle, packages) ->
                        assertThat(packages)
                                .as("exports of %s", bundle)
                                .allMatch(exported -> isOurs(exported) || bundle.equals(LIBRARY))
                                .noneMatch(exported -> exported.contains(".internal")));
    }

    /** From each bundle to those of ours whose packages it imports. */
    private static Map<String, Set<String>> edges() {
        Map<String, Set<String>> edges = new TreeMap<>();
        IMPORTS.forEach(
                (importer, packages) -> {
                    Set<String> exporters = new TreeSet<>();
                    EXPORTS.forEach(
                            (exporter, exported) -> {
                                if (!exporter.equals(importer)
                                        && exported.stream().anyMatch(packages::contains)) {
                                    exporters.add(exporter);
                                }
                            });
                    edges.put(importer, exporters);
                });
        return edges;
    }

    private static Set<String> reachable(String from, Map<String, Set<String>> edges) {
        Set<String> seen = new TreeSet<>();
        Deque<String> next = new ArrayDeque<>(edges.getOrDefault(from, Set.of()));
        while (!next.isEmpty()) {
            String bundle = next.pop();
            if (seen.add(bundle)) {
                next.addAll(edges.getOrDefault(bundle, Set.of()));
            }
        }
        return seen;
    }

    private static int floor(String bundle) {
        return FLOORS.getOrDefault(bundle, Integer.MAX_VALUE);
    }

    private static boolean isOurs(String name) {
        return name.startsWith("io.sirsi.");
    }

    /**
     * The names in an OSGi header, without their attributes: commas and semicolons in quotes
     * separate nothing.
     */
    private static Set<String> clauses(String header) {
        Set<String> names = new TreeSet<>();
        if (header == null) {
            return names;
        }
        StringBuilder name = new StringBuilder();
        boolean quoted = false;
        boolean attributes = false;
        for (char c : (header + ",").toCharArray()) {
            if (c == '"') {
                quoted = !quoted;
            } else if (c == ',' && !quoted) {
                names.add(name.toString().trim());
                name.setLength(0);
                attributes = false;
            } else if (c == ';' && !quoted) {
                attributes = true;
            } else if (!attributes) {
                name.append(c);
            }
        }
        names.remove("");
        return names;
    }
}
