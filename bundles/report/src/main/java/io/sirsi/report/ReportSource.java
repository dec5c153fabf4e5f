package io.sirsi.report;

import io.sirsi.cloud.CloudResource;
import io.sirsi.cloud.Finding;
import io.sirsi.cloud.ScanSummary;
import java.util.List;
import java.util.function.Consumer;
import org.osgi.annotation.versioning.ConsumerType;

/** What a scan saw, as a report reads it. */
@ConsumerType
public interface ReportSource {

    /** {@return the scan in numbers, with its gaps} */
    ScanSummary summary();

    /** {@return the findings, the most severe first} */
    List<Finding> findings();

    /** Hands every resource to the reader, in order of type, scope and id. */
    void forEachResource(Consumer<CloudResource> reader);
}
