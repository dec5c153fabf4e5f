package io.sirsi.aws.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.sirsi.agent.AgentFailure;
import io.sirsi.aws.emulator.EmulatorUnavailableException;
import io.sirsi.aws.emulator.FaultyRegionProxy;
import io.sirsi.aws.emulator.Landscape;
import io.sirsi.aws.emulator.Moto;
import io.sirsi.cloud.CloudResource;
import io.sirsi.cloud.CloudScope;
import io.sirsi.cloud.CoverageGap;
import io.sirsi.cloud.ResourceTypeInfo;
import io.sirsi.spi.agent.AgentFailureException;
import io.sirsi.spi.cloud.CloudConnection;
import io.sirsi.spi.cloud.FindingRule;
import io.sirsi.spi.cloud.RecordingSink;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The provider against an emulator by somebody else. Where that cannot be installed, these tests
 * are skipped, and say why.
 */
@Timeout(600)
class MotoIT {

    @TempDir static Path folder;

    private static Moto moto;
    private static String unavailable;
    private static Landscape landscape;
    private static Path credentials;
    private static Scanned whole;

    @BeforeAll
    static void fill() throws Exception {
        try {
            moto = Moto.start(Path.of("target", "moto"));
        } catch (EmulatorUnavailableException e) {
            unavailable = e.getMessage();
            System.out.println("MotoIT is skipped: " + unavailable);
            return;
        }
        credentials = Landscape.writeCredentials(folder.resolve("credentials"));
        landscape = new Landscape(moto.endpoint());
        landscape.fill();
        whole = scan(moto.endpoint());
    }

    /** In each test instead of once for all, since only tests are counted as skipped. */
    @BeforeEach
    void skip_where_the_emulator_cannot_be_had() {
        Assumptions.assumeTrue(unavailable == null, unavailable);
    }

    @AfterAll
    static void stop() {
        if (landscape != null) {
            landscape.close();
        }
        if (moto != null) {
            moto.close();
        }
    }

    @Test
    void finds_everything_that_was_put_in_and_nothing_twice() {
        Scanned scanned = whole;

        assertThat(scanned.failures).isEmpty();
        assertThat(scanned.gaps).isEmpty();
        assertThat(scanned.keys).doesNotHaveDuplicates();
        assertSame(scanned, landscape.expected());
        assertThat(count(scanned, "aws:ec2:instance")).isEqualTo(250);
        assertThat(count(scanned, "aws:s3:bucket")).isEqualTo(120);
        assertThat(count(scanned, "aws:iam:role")).isEqualTo(40);
        assertThat(scanned.pages).as("more than one page a list").isGreaterThan(25);
        assertThat(scanned.calls).isGreaterThan(scanned.pages);
    }

    @Test
    void finds_what_is_wrong_with_it() {
        Scanned scanned = whole;

        assertThat(scanned.findings)
                .containsEntry("aws-sg-open-ssh", 3L)
                .containsEntry("aws-rds-public", 3L)
                .containsEntry("aws-rds-unencrypted", 3L)
                .containsEntry("aws-rds-no-backup", 3L)
                .containsEntry("aws-lambda-runtime-deprecated", 3L)
                .containsEntry("aws-iam-console-without-mfa", 5L)
                .containsEntry("aws-s3-public", 24L)
                .containsEntry("aws-s3-no-versioning", 90L)
                .containsEntry("aws-ec2-volume-unattached", 15L)
                .doesNotContainKeys("aws-iam-key-old", "aws-sg-open-all");
    }

    @Test
    void completes_the_other_regions_when_one_is_out_of_order_and_names_the_gap() throws Exception {
        String lost = "eu-west-1";
        try (FaultyRegionProxy proxy = new FaultyRegionProxy(moto.endpoint())) {
            proxy.breakRegion(lost);

            Scanned scanned = scan(proxy.endpoint());

            Set<String> regional =
                    landscape.expected().stream()
                            .filter(key -> key.startsWith(lost + " "))
                            .filter(key -> !key.contains("aws:s3:bucket"))
                            .collect(Collectors.toSet());
            assertThat(regional).isNotEmpty();
            Set<String> rest =
                    landscape.expected().stream()
                            .filter(key -> !regional.contains(key))
                            .collect(Collectors.toSet());
            assertSame(scanned, rest);
            assertThat(scanned.keys).doesNotHaveDuplicates();
            assertThat(scanned.failures)
                    .as("each regional type of the lost region")
                    .hasSize(7)
                    .allSatisfy(
                            (place, failure) -> {
                                assertThat(place).startsWith(lost + " ");
                                assertThat(failure.code())
                                        .isEqualTo(AgentFailure.Code.REMOTE_ERROR);
                                assertThat(failure.sentence()).contains(lost).contains("503");
                            });
            assertThat(scanned.gaps)
                    .as("the buckets of the lost region are known by name alone")
                    .hasSize(1)
                    .allSatisfy(
                            gap -> {
                                assertThat(gap.scope().region()).isEqualTo(lost);
                                assertThat(gap.failure().sentence()).contains("35 more");
                            });
            assertThat(proxy.refused()).isGreaterThan(7);
        }
    }

    /** What came out of a whole scan. */
    private static final class Scanned {
        private final List<String> keys = new ArrayList<>();
        private final List<CoverageGap> gaps = new ArrayList<>();
        private final Map<String, AgentFailure> failures = new TreeMap<>();
        private final Map<String, Long> findings = new TreeMap<>();
        private int pages;
        private long calls;
    }

    private static Scanned scan(URI endpoint) throws Exception {
        long start = System.nanoTime();
        AwsCloudProvider provider =
                TestProviders.of(
                        Map.of("pageSize", "20", "requestsPerSecond", "1000"),
                        endpoint,
                        credentials,
                        Landscape.REGIONS);
        Scanned scanned = new Scanned();
        try (CloudConnection connection = provider.connect("test")) {
            RecordingSink first = new RecordingSink("aws", "unknown-yet");
            CloudConnection.Identity identity = connection.identify(first);
            assertThat(identity.account()).isEqualTo("123456789012");
            assertThat(identity.regions()).isEqualTo(Landscape.REGIONS);
            for (ResourceTypeInfo info : provider.resourceTypes()) {
                List<String> places =
                        info.placement() == ResourceTypeInfo.Placement.GLOBAL
                                ? List.of(CloudScope.GLOBAL)
                                : identity.regions();
                for (String place : places) {
                    discover(provider, connection, place, info, scanned);
                }
            }
        } finally {
            provider.stop();
        }
        System.out.printf(
                "scan of %s: %d resources, %d pages, %d calls, %d ms%n",
                endpoint,
                scanned.keys.size(),
                scanned.pages,
                scanned.calls,
                Duration.ofNanos(System.nanoTime() - start).toMillis());
        return scanned;
    }

    private static void discover(
            AwsCloudProvider provider,
            CloudConnection connection,
            String place,
            ResourceTypeInfo info,
            Scanned scanned)
            throws InterruptedException {
        RecordingSink sink = new RecordingSink("aws", "123456789012");
        try {
            connection.discover(place, info.type(), sink);
        } catch (AgentFailureException e) {
            scanned.failures.put(place + " " + info.type(), e.failure());
        }
        scanned.gaps.addAll(sink.gaps());
        scanned.pages += sink.pages().size();
        scanned.calls += sink.calls();
        for (CloudResource resource : sink.resources()) {
            scanned.keys.add(
                    resource.key().scope().region()
                            + " "
                            + info.type()
                            + " "
                            + resource.key().id());
            for (FindingRule rule : provider.rules()) {
                if (rule.type().equals(info.type())
                        && rule.check().look(resource, Instant.now()).isPresent()) {
                    scanned.findings.merge(rule.id(), 1L, Long::sum);
                }
            }
        }
    }

    private static void assertSame(Scanned scanned, Set<String> expected) {
        Set<String> missed = new TreeSet<>(expected);
        scanned.keys.forEach(missed::remove);
        Set<String> invented = new TreeSet<>(scanned.keys);
        invented.removeAll(expected);
        assertThat(missed).as("there, and not found").isEmpty();
        assertThat(invented).as("found, and not there").isEmpty();
    }

    private static long count(Scanned scanned, String type) {
        return scanned.keys.stream().filter(key -> key.contains(" " + type + " ")).count();
    }
}
