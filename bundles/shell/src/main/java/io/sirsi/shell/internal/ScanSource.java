package io.sirsi.shell.internal;

import io.sirsi.cloud.CloudResource;
import io.sirsi.cloud.Finding;
import io.sirsi.cloud.ResourceQuery;
import io.sirsi.cloud.ScanId;
import io.sirsi.cloud.ScanSummary;
import io.sirsi.hypervisor.Hypervisor;
import io.sirsi.report.ReportSource;
import java.util.List;
import java.util.function.Consumer;

/**
 * A scan as a report reads it, in a caller's name.
 *
 * @param hypervisor whom to ask
 * @param scan which scan
 */
public record ScanSource(Hypervisor hypervisor, ScanId scan) implements ReportSource {

    @Override
    public ScanSummary summary() {
        return hypervisor.scanSummary(scan);
    }

    @Override
    public List<Finding> findings() {
        return hypervisor.findings(scan);
    }

    @Override
    public void forEachResource(Consumer<CloudResource> reader) {
        hypervisor.forEachResource(ResourceQuery.all(scan), reader);
    }
}
