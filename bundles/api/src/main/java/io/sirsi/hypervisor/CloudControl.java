package io.sirsi.hypervisor;

import io.sirsi.cloud.CloudResource;
import io.sirsi.cloud.Finding;
import io.sirsi.cloud.ProviderInfo;
import io.sirsi.cloud.ResourceQuery;
import io.sirsi.cloud.Scan;
import io.sirsi.cloud.ScanId;
import io.sirsi.cloud.ScanProgress;
import io.sirsi.cloud.ScanSpec;
import io.sirsi.cloud.ScanSummary;
import java.util.List;
import java.util.function.Consumer;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Clouds and hosts, and what scans saw of them. The inventory is the node's: who may read it may
 * read all of it.
 */
@ProviderType
public interface CloudControl {

    /**
     * {@return the providers and what they can reach now; looks for credentials, so it may take
     * seconds}; needs {@code cloud:read}.
     */
    List<ProviderInfo> providers();

    /**
     * Starts a scan in a session of its own; needs {@code cloud:scan} and {@code
     * agent:spawn:PROVIDER} for each provider.
     *
     * @param spec what to scan; INVALID for a provider, account, region or type that nobody knows
     * @return its name
     */
    ScanId startScan(ScanSpec spec);

    /** {@return how far the scan is}; needs {@code cloud:read}. */
    ScanProgress scanProgress(ScanId scan);

    /**
     * {@return whether the scan was still running, and is called off now}; needs {@code
     * cloud:scan}.
     */
    boolean cancelScan(ScanId scan);

    /** {@return the newest scans, newest first}; needs {@code cloud:read}. */
    List<Scan> scans(int limit);

    /** {@return what a scan has seen so far, in numbers}; needs {@code cloud:read}. */
    ScanSummary scanSummary(ScanId scan);

    /**
     * Reads resources in order of type, scope and id, without holding them all in memory; needs
     * {@code cloud:read}.
     */
    void forEachResource(ResourceQuery query, Consumer<CloudResource> reader);

    /** {@return the findings of a scan, the most severe first}; needs {@code cloud:read}. */
    List<Finding> findings(ScanId scan);
}
