package io.sirsi.karaf;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sirsi.aws.emulator.EmulatorUnavailableException;
import io.sirsi.aws.emulator.FaultyRegionProxy;
import io.sirsi.aws.emulator.Landscape;
import io.sirsi.aws.emulator.Moto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A cloud account, scanned by the assembled node: an emulator by somebody else, behind a proxy that
 * can put one region out of order. Where the emulator cannot be installed, these tests are skipped,
 * and say why.
 */
@Timeout(900)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class CloudIT {

    private static final String LOST = "eu-west-1";

    @TempDir private static Path folder;

    private static Moto moto;
    private static Landscape landscape;
    private static FaultyRegionProxy proxy;
    private static Node node;

    @BeforeAll
    static void start() throws Exception {
        try {
            moto = Moto.start(Path.of("..", "bundles", "aws", "target", "moto"));
        } catch (EmulatorUnavailableException e) {
            Assumptions.abort(e.getMessage());
        }
        landscape = new Landscape(moto.endpoint());
        landscape.fill();
        proxy = new FaultyRegionProxy(moto.endpoint());
        node = Node.fresh().up();
        Path credentials = Landscape.writeCredentials(folder.resolve("credentials"));
        Files.writeString(
                node.etc().resolve("io.sirsi.aws.account-emulator.cfg"),
                "profile = default\ncredentialsFile = "
                        + credentials
                        + "\nendpoint = "
                        + proxy.endpoint()
                        + "\nregions = "
                        + String.join(",", Landscape.REGIONS)
                        + "\nrequestsPerSecond = 1000\n");
        for (int i = 0;
                i < 300 && !node.exec("cloud:providers --json").out().contains("\"emulator\"");
                i++) {
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    @AfterAll
    static void stop() {
        if (node != null) {
            node.close();
        }
        if (proxy != null) {
            proxy.close();
        }
        if (landscape != null) {
            landscape.close();
        }
        if (moto != null) {
            moto.close();
        }
    }

    @Test
    @Order(1)
    void everything_that_was_put_in_is_found_once() throws IOException {
        Outcome scan = scan("--provider", "aws", "--strict");

        assertThat(scan.exitCode()).as(scan.toString()).isZero();
        List<String> found = resources();
        assertThat(found).doesNotHaveDuplicates();
        assertThat(new TreeSet<>(found)).isEqualTo(new TreeSet<>(landscape.expected()));
        assertThat(found).filteredOn(one -> one.contains(" aws:ec2:instance ")).hasSize(250);
        assertThat(found).filteredOn(one -> one.contains(" aws:s3:bucket ")).hasSize(120);
        assertThat(found).filteredOn(one -> one.contains(" aws:iam:role ")).hasSize(40);
    }

    @Test
    @Order(2)
    void a_region_out_of_order_is_a_gap_and_the_others_complete() throws IOException {
        proxy.breakRegion(LOST);

        Outcome scan = scan("--provider", "aws");

        assertThat(scan.exitCode()).as(scan.toString()).isZero();
        assertThat(scan.out()).contains("warning:").containsPattern("Not seen:[\\s\\S]*" + LOST);
        Set<String> expected =
                landscape.expected().stream()
                        .filter(one -> !one.startsWith(LOST + " ") || one.contains(" aws:s3:"))
                        .collect(Collectors.toCollection(TreeSet::new));
        assertThat(new TreeSet<>(resources())).containsAll(withoutBuckets(expected));
        assertThat(resources()).noneMatch(one -> one.startsWith(LOST + " aws:ec2:"));
    }

    @Test
    @Order(3)
    void a_strict_scan_with_a_gap_exits_with_2() {
        assertThat(scan("--provider", "aws", "--strict", "--type", "aws:ec2:vpc").exitCode())
                .isEqualTo(2);
    }

    private static Set<String> withoutBuckets(Set<String> all) {
        return all.stream()
                .filter(one -> !one.contains(" aws:s3:"))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Outcome scan(String... words) {
        List<String> all =
                new ArrayList<>(
                        List.of("scan", "--report", folder.resolve("report.html").toString()));
        all.addAll(List.of(words));
        return node.launcher(all.toArray(String[]::new));
    }

    /** What the report of the last scan lists, as {@code region type id}. */
    private static List<String> resources() throws IOException {
        ObjectMapper json = new ObjectMapper();
        List<String> resources = new ArrayList<>();
        for (String line : Files.readAllLines(folder.resolve("report.jsonl"))) {
            JsonNode object = json.readTree(line);
            if (object.get("kind").asText().equals("resource")) {
                resources.add(
                        object.get("region").asText()
                                + " "
                                + object.get("type").asText()
                                + " "
                                + object.get("id").asText());
            }
        }
        return resources;
    }
}
