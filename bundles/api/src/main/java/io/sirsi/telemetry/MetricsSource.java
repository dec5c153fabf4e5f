package io.sirsi.telemetry;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/** Reads what was measured. Thread-safe. */
@ProviderType
public interface MetricsSource {

    /**
     * Reads all metrics whose name begins with a prefix.
     *
     * @param prefix the beginning; empty for all
     * @return samples in order of name
     */
    List<MetricSample> samples(String prefix);
}
