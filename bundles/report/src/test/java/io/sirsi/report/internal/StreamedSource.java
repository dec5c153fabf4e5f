package io.sirsi.report.internal;

import io.sirsi.cloud.CloudResource;
import io.sirsi.cloud.Finding;
import io.sirsi.cloud.ResourceKey;
import io.sirsi.cloud.ScanSummary;
import io.sirsi.report.ReportSource;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Makes each resource as it is read, and measures how much of what it handed out has not been
 * written yet.
 */
final class StreamedSource implements ReportSource {

    private static final int PADDING = 200;

    final ByteArrayOutputStream written = new ByteArrayOutputStream();
    long mostHeldBack;
    private final int count;

    StreamedSource(int count) {
        this.count = count;
    }

    @Override
    public ScanSummary summary() {
        ScanSummary empty = new ListSource().summary();
        return new ScanSummary(
                empty.scan(),
                List.of(new ScanSummary.Count(ListSource.DISK, ListSource.HOST, count)),
                empty.findings(),
                empty.gaps(),
                0);
    }

    @Override
    public List<Finding> findings() {
        return List.of();
    }

    @Override
    public void forEachResource(Consumer<CloudResource> reader) {
        long handedOut = 0;
        long before = written.size();
        for (int i = 0; i < count; i++) {
            reader.accept(
                    new CloudResource(
                            new ResourceKey(ListSource.HOST, ListSource.DISK, "disk-" + i),
                            "disk " + i,
                            Map.of(),
                            Map.of("padding", "x".repeat(PADDING))));
            handedOut += PADDING;
            mostHeldBack = Math.max(mostHeldBack, handedOut - (written.size() - before));
        }
    }
}
