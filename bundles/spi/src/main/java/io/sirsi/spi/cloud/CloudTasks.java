package io.sirsi.spi.cloud;

/** The words by which the tasks of a scan are known: their types, labels and fields. */
public final class CloudTasks {

    /**
     * Asks who we are, spawns an agent for each region, and submits a {@link #DISCOVER} for each
     * region and type.
     */
    public static final String IDENTIFY = "cloud.identify";

    /** Lists the resources of one type in one region. */
    public static final String DISCOVER = "cloud.discover";

    /** Applies the rules to what was seen. */
    public static final String FINDINGS = "cloud.findings";

    /** Adds up. */
    public static final String SUMMARY = "cloud.summary";

    /** Label: the scan. */
    public static final String SCAN = "scan";

    /** Label: the provider. */
    public static final String PROVIDER = "provider";

    /** Label: the account's name here. */
    public static final String ACCOUNT = "account";

    /** Label: the provider's own name of the account, once it is known. */
    public static final String ACCOUNT_ID = "account-id";

    /** Label of a {@link #DISCOVER}, and setting of a region's agent: the region. */
    public static final String REGION = "region";

    /** Label of a {@link #DISCOVER}: the type of resource. */
    public static final String TYPE = "type";

    /** Field of an input: wanted regions, comma-separated; empty for all. */
    public static final String REGIONS = "regions";

    /** Field of an input: wanted types, comma-separated; empty for all. */
    public static final String TYPES = "types";

    /** Field of an output: how many calls were made. */
    public static final String API_CALLS = "apiCalls";

    /** Field of an output: how many resources were seen. */
    public static final String RESOURCES = "resources";

    /** Field of an output: how many tasks were submitted. */
    public static final String TASKS = "tasks";

    /** Field of an output: how many findings there are. */
    public static final String FINDING_COUNT = "findings";

    private CloudTasks() {}
}
