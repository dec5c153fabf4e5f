package io.sirsi.telemetry;

import java.time.Duration;
import org.osgi.annotation.versioning.ProviderType;

/** Where an operation is measured. Thread-safe; never blocks, never throws for a measured value. */
@ProviderType
public interface AgentMetrics {

    /**
     * Records one operation of an agent in the timer {@code agent.operation.NAME} and the counters
     * beside it.
     *
     * @param name what was done, such as {@code infrastructure_scan}: lower-case letters, digits,
     *     dot, dash, underscore; any other character is written as an underscore
     * @param elapsed how long it took; a negative time counts as zero
     * @param success whether it reached its aim
     * @param aiApiCalled whether a model was asked in the course of it
     */
    void recordAgentOperation(String name, Duration elapsed, boolean success, boolean aiApiCalled);
}
