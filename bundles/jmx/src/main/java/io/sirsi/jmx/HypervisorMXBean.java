package io.sirsi.jmx;

import java.util.List;
import java.util.Map;

/**
 * The node and its scans, as {@code io.sirsi:type=Hypervisor}. Decided and refused as in {@link
 * SessionsMXBean}.
 */
public interface HypervisorMXBean {

    /** {@return the version of the platform} */
    String getVersion();

    /** {@return since when the node has been up, ISO 8601 in UTC} */
    String getStartedAt();

    /** {@return how many sessions, agents, tasks … there are} */
    Map<String, Long> getCounts();

    /** {@return how well each part says it is, in order of name} */
    List<HealthView> getHealth();

    /** {@return what the caller has been given, in order} */
    List<String> getMyPermissions();

    /** {@return the newest scans, newest first; 1 to 1,000 of them} */
    List<ScanView> listScans(int limit);

    /** {@return what a scan has seen so far, in numbers} */
    ScanSummaryView getScanSummary(String scan);

    /** {@return the newest audit records, oldest first; 1 to 1,000 of them} */
    List<AuditView> listAuditRecords(int limit);

    /** {@return the id of a new scan of everything that can be reached} */
    String startScan();

    /**
     * Starts a scan; an empty array means all that there is.
     *
     * @param providers names of providers
     * @param accounts names of accounts
     * @param regions names of regions
     * @param types types of resource
     * @return the id of the scan
     */
    String startScan(String[] providers, String[] accounts, String[] regions, String[] types);

    /** {@return whether the scan was still running, and is called off now} */
    boolean cancelScan(String scan);
}
