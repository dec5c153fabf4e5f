package io.sirsi.hypervisor.internal;

import io.sirsi.cloud.CloudResource;
import io.sirsi.cloud.CoverageGap;
import io.sirsi.cloud.Finding;
import io.sirsi.cloud.Inventory;
import io.sirsi.cloud.ResourceQuery;
import io.sirsi.cloud.Scan;
import io.sirsi.cloud.ScanId;
import io.sirsi.cloud.ScanState;
import io.sirsi.cloud.ScanSummary;
import io.sirsi.failure.RefusedException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** Scans and gaps in lists; keeps nothing while it is broken. */
final class ListInventory implements Inventory {

    final Map<ScanId, Scan> scans = new LinkedHashMap<>();
    final Map<ScanId, Set<CoverageGap>> gaps = new LinkedHashMap<>();
    final Map<ScanId, Long> calls = new LinkedHashMap<>();
    boolean broken;

    @Override
    public synchronized void begin(Scan scan) {
        check();
        scans.put(scan.id(), scan);
        gaps.put(scan.id(), new LinkedHashSet<>());
    }

    @Override
    public synchronized void gap(ScanId scan, CoverageGap gap) {
        check();
        if (scans.get(scan).state() != ScanState.RUNNING) {
            throw RefusedException.conflict("too late");
        }
        gaps.get(scan).add(gap);
    }

    @Override
    public void findings(ScanId scan, List<Finding> findings) {
        throw new IllegalStateException("the hypervisor finds nothing itself");
    }

    @Override
    public synchronized void end(Scan scan, long apiCalls) {
        check();
        if (scans.get(scan.id()).state() == ScanState.RUNNING) {
            scans.put(scan.id(), scan);
            calls.put(scan.id(), apiCalls);
        }
    }

    @Override
    public synchronized List<Scan> scans(int limit) {
        check();
        return scans.values().stream().limit(limit).toList();
    }

    @Override
    public synchronized Optional<Scan> scan(ScanId scan) {
        return Optional.ofNullable(scans.get(scan));
    }

    @Override
    public synchronized Optional<ScanSummary> summary(ScanId scan) {
        check();
        return scan(scan)
                .map(
                        found ->
                                new ScanSummary(
                                        found,
                                        List.of(),
                                        Map.of(),
                                        new ArrayList<>(gaps.get(scan)),
                                        calls.getOrDefault(scan, 0L)));
    }

    @Override
    public void forEachResource(ResourceQuery query, Consumer<CloudResource> reader) {}

    @Override
    public List<Finding> findings(ScanId scan) {
        return List.of();
    }

    private void check() {
        if (broken) {
            throw RefusedException.unavailable("the inventory's disk is full");
        }
    }
}
