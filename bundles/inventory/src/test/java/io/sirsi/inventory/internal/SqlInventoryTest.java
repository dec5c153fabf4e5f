package io.sirsi.inventory.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sirsi.agent.AgentFailure;
import io.sirsi.cloud.CloudResource;
import io.sirsi.cloud.CloudScope;
import io.sirsi.cloud.CoverageGap;
import io.sirsi.cloud.Finding;
import io.sirsi.cloud.GapDiscovered;
import io.sirsi.cloud.ResourceKey;
import io.sirsi.cloud.ResourceQuery;
import io.sirsi.cloud.ResourceType;
import io.sirsi.cloud.ResourcesDiscovered;
import io.sirsi.cloud.Scan;
import io.sirsi.cloud.ScanSpec;
import io.sirsi.cloud.ScanState;
import io.sirsi.cloud.ScanSummary;
import io.sirsi.cloud.Severity;
import io.sirsi.event.Receipt;
import io.sirsi.failure.RefusedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SqlInventoryTest {

    private static final CloudScope IRELAND = new CloudScope("aws", "123456789012", "eu-west-1");

    @TempDir Path folder;
    private final DirectBus bus = new DirectBus();
    private SqlInventory inventory;

    @BeforeEach
    void open() {
        inventory = Samples.open(bus, folder.resolve("db"), 3);
    }

    @AfterEach
    void close() {
        inventory.stop();
    }

    @Test
    void gives_back_a_scan_as_it_was_given() {
        Scan scan =
                new Scan(
                        Samples.scanId(1),
                        "ada",
                        new ScanSpec(
                                Set.of("aws", "host"),
                                Set.of("prod"),
                                Set.of("eu-west-1"),
                                Set.of(ResourceType.of("aws:ec2:instance")),
                                Duration.ofMinutes(3)),
                        ScanState.RUNNING,
                        new Scan.Span(Samples.START, Optional.empty()));
        inventory.begin(scan);
        assertThat(inventory.scan(scan.id())).contains(scan);
        assertThat(inventory.scan(Samples.scanId(2))).isEmpty();
        assertThat(inventory.summary(Samples.scanId(2))).isEmpty();
        Scan ended = Samples.ended(scan, ScanState.PARTIAL);
        inventory.end(ended, 17);
        assertThat(inventory.scan(scan.id())).contains(ended);
        assertThat(inventory.summary(scan.id()).orElseThrow().apiCalls()).isEqualTo(17);
    }

    @Test
    void a_page_that_comes_twice_leaves_what_came_once_and_the_newer_values() {
        inventory.begin(Samples.running(1));
        List<CloudResource> page = Samples.page("eu-west-1", "aws:ec2:instance", 0, 100);
        assertThat(publish(page).recorded()).isTrue();
        CloudResource changed =
                new CloudResource(page.get(0).key(), "new name", Map.of(), Map.of("state", "on"));
        List<CloudResource> again = new ArrayList<>(page);
        again.set(0, changed);
        assertThat(publish(again).recorded()).isTrue();
        List<CloudResource> read = readAll();
        assertThat(read).hasSize(100).startsWith(changed);
        assertThat(summary().counts())
                .containsExactly(
                        new ScanSummary.Count(ResourceType.of("aws:ec2:instance"), IRELAND, 100));
    }

    @Test
    void reads_in_order_of_type_scope_and_id_and_obeys_filters_and_limit() {
        inventory.begin(Samples.running(1));
        publish(Samples.page("us-east-1", "aws:ec2:volume", 0, 2));
        publish(Samples.page("us-east-1", "aws:ec2:instance", 0, 2));
        publish(Samples.page("eu-west-1", "aws:ec2:volume", 0, 2));
        assertThat(readAll())
                .extracting(resource -> resource.key().toString())
                .containsExactly(
                        "aws/123456789012/us-east-1/aws:ec2:instance/i-00000000",
                        "aws/123456789012/us-east-1/aws:ec2:instance/i-00000001",
                        "aws/123456789012/eu-west-1/aws:ec2:volume/i-00000000",
                        "aws/123456789012/eu-west-1/aws:ec2:volume/i-00000001",
                        "aws/123456789012/us-east-1/aws:ec2:volume/i-00000000",
                        "aws/123456789012/us-east-1/aws:ec2:volume/i-00000001");
        assertThat(
                        read(
                                new ResourceQuery(
                                        Samples.scanId(1),
                                        Optional.of(ResourceType.of("aws:ec2:volume")),
                                        Optional.of("us-east-1"),
                                        10)))
                .hasSize(2);
        assertThat(
                        read(
                                new ResourceQuery(
                                        Samples.scanId(1), Optional.empty(), Optional.empty(), 3)))
                .hasSize(3);
    }

    @Test
    void goes_on_behind_every_resource_with_every_filter() {
        inventory.begin(Samples.running(1));
        for (String type : List.of("aws:ec2:instance", "aws:ec2:volume", "aws:s3:bucket")) {
            for (String region : List.of("", "eu-west-1", "us-east-1")) {
                publish(Samples.page(region, type, 0, 3));
            }
        }
        List<CloudResource> all = readAll();
        assertThat(all).hasSize(27);
        List<Optional<ResourceType>> types = new ArrayList<>();
        types.add(Optional.empty());
        all.forEach(resource -> types.add(Optional.of(resource.key().type())));
        types.add(Optional.of(ResourceType.of("aws:ec2:snapshot")));
        for (Optional<ResourceType> type : Set.copyOf(types)) {
            for (Optional<String> region :
                    List.of(Optional.<String>empty(), Optional.of("us-east-1"))) {
                for (int i = 0; i < all.size(); i++) {
                    ResourceKey after = all.get(i).key();
                    assertThat(
                                    read(
                                            new ResourceQuery(
                                                    Samples.scanId(1),
                                                    type,
                                                    region,
                                                    Optional.of(after),
                                                    1_000)))
                            .as("%s, %s, after %s", type, region, after)
                            .isEqualTo(
                                    all.stream()
                                            .skip(i + 1L)
                                            .filter(
                                                    r ->
                                                            type.map(r.key().type()::equals)
                                                                    .orElse(true))
                                            .filter(
                                                    r ->
                                                            region.map(
                                                                            r.key().scope().region()
                                                                                    ::equals)
                                                                    .orElse(true))
                                            .toList());
                }
            }
        }
        ResourceKey absent =
                new ResourceKey(
                        new CloudScope("aws", "123456789012", "eu-south-1"),
                        ResourceType.of("aws:ec2:volume"),
                        "i-gone");
        assertThat(
                        read(
                                new ResourceQuery(
                                        Samples.scanId(1),
                                        Optional.empty(),
                                        Optional.empty(),
                                        Optional.of(absent),
                                        1)))
                .extracting(resource -> resource.key().toString())
                .containsExactly("aws/123456789012/eu-west-1/aws:ec2:volume/i-00000000");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 200})
    void the_last_page_costs_about_as_much_as_the_first(int groups) {
        inventory.begin(Samples.running(1));
        int resources = 20_000;
        for (int group = 0; group < groups; group++) {
            publish(
                    Samples.page(
                            String.format("region-%03d", group),
                            "aws:ec2:instance",
                            0,
                            resources / groups));
        }
        List<Long> nanos = new ArrayList<>();
        Optional<ResourceKey> after = Optional.empty();
        List<CloudResource> page;
        int read = 0;
        do {
            long begin = System.nanoTime();
            page =
                    read(
                            new ResourceQuery(
                                    Samples.scanId(1),
                                    Optional.empty(),
                                    Optional.empty(),
                                    after,
                                    100));
            nanos.add(System.nanoTime() - begin);
            read += page.size();
            after = page.isEmpty() ? after : Optional.of(page.get(page.size() - 1).key());
        } while (!page.isEmpty());

        assertThat(read).isEqualTo(resources);
        long first = median(nanos.subList(0, 50));
        long last = median(nanos.subList(nanos.size() - 51, nanos.size() - 1));
        System.out.printf(
                "%d resources in %d groups, by 100: %d ms; a page %d us at first, %d us at last%n",
                resources,
                groups,
                nanos.stream().mapToLong(Long::longValue).sum() / 1_000_000,
                first / 1_000,
                last / 1_000);
        assertThat(last).isLessThan(8 * first); // from the start each time: some hundred times
    }

    private static long median(List<Long> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }

    @Test
    void keeps_every_character_of_names_tags_and_attributes() {
        inventory.begin(Samples.running(1));
        CloudResource odd =
                new CloudResource(
                        new ResourceKey(IRELAND, ResourceType.of("aws:s3:bucket"), "it's; DROP"),
                        "\"quoted\" \\ \u0001 \u00e9 \ud83d\ude80",
                        Map.of("a\"b", "c\\d\ne\tf\u0000g", "", "", "\ud83d\ude80", "</script>"),
                        Map.of());
        publish(List.of(odd));
        assertThat(readAll()).containsExactly(odd);
    }

    @Test
    void a_page_of_an_unknown_scan_is_not_recorded() {
        assertThat(publish(Samples.page("eu-west-1", "aws:ec2:instance", 0, 1)).recorded())
                .isFalse();
        assertThat(bus.failures)
                .singleElement()
                .satisfies(
                        e ->
                                assertThat(((RefusedException) e).reason())
                                        .isEqualTo(RefusedException.Reason.NOT_FOUND));
    }

    @Test
    void a_scan_that_has_ended_stays_as_it_is() {
        Scan scan = Samples.running(1);
        inventory.begin(scan);
        Scan ended = Samples.ended(scan, ScanState.CANCELLED);
        inventory.end(ended, 1);
        inventory.end(Samples.ended(scan, ScanState.INTERRUPTED), 2);
        assertThat(publish(Samples.page("eu-west-1", "aws:ec2:instance", 0, 1)).recorded())
                .isFalse();
        assertThatThrownBy(() -> inventory.gap(scan.id(), gap("late")))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("has ended");
        assertThat(inventory.scan(scan.id())).contains(ended);
        assertThat(summary().resources()).isZero();
        assertThat(summary().apiCalls()).isEqualTo(1);
    }

    @Test
    void the_same_gap_twice_is_one() {
        inventory.begin(Samples.running(1));
        CoverageGap throttled =
                new CoverageGap(
                        IRELAND,
                        Optional.of(ResourceType.of("aws:ec2:instance")),
                        AgentFailure.throttled("slow down", Optional.of(Duration.ofSeconds(3))));
        inventory.gap(Samples.scanId(1), gap("no"));
        inventory.gap(Samples.scanId(1), gap("no"));
        assertThat(
                        bus.publish(new GapDiscovered(Samples.scanId(1), throttled, Samples.START))
                                .recorded())
                .isTrue();
        assertThat(summary().gaps()).containsExactly(gap("no"), throttled);
    }

    @Test
    void a_finding_of_the_same_rule_on_the_same_resource_replaces_the_earlier_one() {
        inventory.begin(Samples.running(1));
        ResourceKey key = Samples.resource("eu-west-1", "aws:s3:bucket", "b").key();
        Finding low = new Finding("aws-x", Severity.LOW, key, "low", Map.of("a", "1"));
        Finding high = new Finding("aws-x", Severity.HIGH, key, "high", Map.of("a", "2"));
        Finding critical = new Finding("aws-y", Severity.CRITICAL, key, "bad", Map.of());
        inventory.findings(Samples.scanId(1), List.of(low));
        inventory.findings(Samples.scanId(1), List.of(high, critical));
        assertThat(inventory.findings(Samples.scanId(1))).containsExactly(critical, high);
        assertThat(summary().findings())
                .isEqualTo(Map.of(Severity.HIGH, 1L, Severity.CRITICAL, 1L));
    }

    @Test
    void keeps_the_newest_scans_and_never_deletes_a_running_one() {
        inventory.begin(Samples.running(1));
        for (int i = 2; i <= 6; i++) {
            Scan scan = Samples.running(i);
            inventory.begin(scan);
            bus.publish(
                    new ResourcesDiscovered(
                            scan.id(),
                            Samples.page("eu-west-1", "aws:ec2:instance", 0, 5),
                            Samples.START));
            inventory.end(Samples.ended(scan, ScanState.COMPLETE), 0);
        }
        inventory.begin(Samples.running(7));
        assertThat(inventory.scans(100))
                .extracting(Scan::id)
                .containsExactly(
                        Samples.scanId(7), Samples.scanId(6), Samples.scanId(5), Samples.scanId(1));
        assertThat(inventory.scans(2)).hasSize(2);
        assertThat(read(ResourceQuery.all(Samples.scanId(2)))).isEmpty();
        assertThat(read(ResourceQuery.all(Samples.scanId(6)))).hasSize(5);
    }

    @Test
    @Timeout(300) // some ten seconds on a machine with nothing else to do
    void holds_a_hundred_thousand_resources_and_reads_them_page_by_page() {
        inventory.begin(Samples.running(1));
        for (int i = 0; i < 100; i++) {
            assertThat(
                            publish(Samples.page("eu-west-1", "aws:ec2:instance", i * 1000, 1000))
                                    .recorded())
                    .isTrue();
        }
        long[] seen = {0, 0};
        String[] last = {""};
        inventory.forEachResource(
                ResourceQuery.all(Samples.scanId(1)),
                resource -> {
                    seen[1] += resource.key().id().compareTo(last[0]) > 0 ? 1 : 0;
                    last[0] = resource.key().id();
                    seen[0]++;
                });
        assertThat(seen).as("resources, and how many in order").containsOnly(100_000);
        assertThat(summary().resources()).isEqualTo(100_000);
    }

    @Test
    void a_recorded_page_is_in_the_files_even_if_the_process_dies_now() throws IOException {
        inventory.begin(Samples.running(1));
        Path copy = folder.resolve("copy");
        for (int pages = 1; pages <= 5; pages++) {
            assertThat(
                            publish(Samples.page("eu-west-1", "aws:ec2:instance", pages * 10, 10))
                                    .recorded())
                    .isTrue();
            // What kill -9 leaves behind: the files as they are at this moment, never closed.
            Path dead = copy.resolve(Integer.toString(pages));
            Files.createDirectories(dead);
            Files.copy(folder.resolve("db/inventory.mv.db"), dead.resolve("inventory.mv.db"));
            SqlInventory after = Samples.open(new DirectBus(), dead, 3);
            try {
                assertThat(after.scan(Samples.scanId(1)).orElseThrow().state())
                        .isEqualTo(ScanState.RUNNING);
                assertThat(after.summary(Samples.scanId(1)).orElseThrow().resources())
                        .isEqualTo(pages * 10L);
            } finally {
                after.stop();
            }
        }
    }

    @Test
    void an_interrupted_caller_does_not_close_the_database_for_the_others() {
        inventory.begin(Samples.running(1));
        Thread.currentThread().interrupt();
        try {
            // The answer may be there before anybody waits for it, and then it is given.
            assertThat(inventory.scans(1)).hasSize(1);
        } catch (RefusedException refused) {
            assertThat(refused).hasMessageContaining("interrupted");
        }
        assertThat(Thread.interrupted()).isTrue();
        for (int i = 0; i < 20; i++) {
            Thread.currentThread().interrupt();
            publish(Samples.page("eu-west-1", "aws:ec2:instance", i * 100, 100));
            assertThat(Thread.interrupted()).isTrue();
        }
        assertThat(publish(Samples.page("eu-west-1", "aws:ec2:instance", 0, 1)).recorded())
                .isTrue();
        assertThat(summary().resources()).isPositive();
    }

    @Test
    void what_was_kept_is_there_after_a_restart_and_only_one_process_may_open_it() {
        inventory.begin(Samples.running(1));
        publish(Samples.page("eu-west-1", "aws:ec2:instance", 0, 3));
        inventory.stop();
        inventory = Samples.open(bus, folder.resolve("db"), 3);
        assertThat(readAll()).hasSize(3);
        assertThat(publish(Samples.page("eu-west-1", "aws:ec2:instance", 0, 4)).recorded())
                .isTrue();
    }

    @Test
    void a_closed_inventory_refuses_with_a_sentence() {
        inventory.stop();
        assertThatThrownBy(() -> inventory.scans(1))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("closed");
        assertThat(publish(List.of()).handled()).isZero();
    }

    @Test
    void only_its_owner_may_look_into_the_folder() throws IOException {
        assertThat(
                        PosixFilePermissions.toString(
                                Files.getPosixFilePermissions(folder.resolve("db"))))
                .isEqualTo("rwx------");
    }

    @Test
    void a_url_of_another_kind_or_with_an_unset_property_is_refused_with_its_value() {
        assertThatThrownBy(() -> Database.open("jdbc:h2:tcp://x/y", Duration.ofSeconds(1)))
                .hasMessageContaining("jdbc:h2:tcp://x/y");
        assertThatThrownBy(() -> SqlInventory.withProperties("jdbc:h2:file:${sirsi.absent}/x"))
                .hasMessageContaining("sirsi.absent");
        assertThat(SqlInventory.withProperties("a${java.version}b$c"))
                .isEqualTo("a" + System.getProperty("java.version") + "b$c");
    }

    private Receipt publish(List<CloudResource> page) {
        return bus.publish(new ResourcesDiscovered(Samples.scanId(1), page, Samples.START));
    }

    private List<CloudResource> readAll() {
        return read(ResourceQuery.all(Samples.scanId(1)));
    }

    private List<CloudResource> read(ResourceQuery query) {
        List<CloudResource> all = new ArrayList<>();
        inventory.forEachResource(query, all::add);
        return all;
    }

    private ScanSummary summary() {
        return inventory.summary(Samples.scanId(1)).orElseThrow();
    }

    private static CoverageGap gap(String sentence) {
        return new CoverageGap(
                IRELAND, Optional.empty(), AgentFailure.of(AgentFailure.Code.FORBIDDEN, sentence));
    }
}
