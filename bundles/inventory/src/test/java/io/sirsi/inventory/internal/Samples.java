package io.sirsi.inventory.internal;

import io.sirsi.cloud.CloudResource;
import io.sirsi.cloud.CloudScope;
import io.sirsi.cloud.ResourceKey;
import io.sirsi.cloud.ResourceType;
import io.sirsi.cloud.Scan;
import io.sirsi.cloud.ScanId;
import io.sirsi.cloud.ScanSpec;
import io.sirsi.cloud.ScanState;
import io.sirsi.event.EventBus;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** Values for tests. */
final class Samples {

    static final Instant START = Instant.parse("2026-11-22T10:00:00.123456789Z");

    private Samples() {}

    static ScanId scanId(int number) {
        return new ScanId(String.format("scan-%026d", number));
    }

    static Scan running(int number) {
        return new Scan(
                scanId(number),
                "ada",
                ScanSpec.EVERYTHING,
                ScanState.RUNNING,
                new Scan.Span(START.plusSeconds(number), Optional.empty()));
    }

    static Scan ended(Scan scan, ScanState state) {
        return new Scan(
                scan.id(),
                scan.owner(),
                scan.spec(),
                state,
                new Scan.Span(
                        scan.span().startedAt(),
                        Optional.of(scan.span().startedAt().plusSeconds(7))));
    }

    static CloudResource resource(String region, String type, String id) {
        return new CloudResource(
                new ResourceKey(
                        new CloudScope("aws", "123456789012", region), ResourceType.of(type), id),
                "name of " + id,
                Map.of("owner", "ada"),
                Map.of("sizeBytes", "42"));
    }

    static List<CloudResource> page(String region, String type, int from, int count) {
        return IntStream.range(from, from + count)
                .mapToObj(i -> resource(region, type, String.format("i-%08d", i)))
                .toList();
    }

    static SqlInventory open(EventBus bus, Path folder, int keepScans) {
        return new SqlInventory(
                bus,
                "jdbc:h2:file:" + folder.resolve("inventory"),
                keepScans,
                Duration.ofSeconds(30));
    }
}
