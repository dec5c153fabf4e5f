package io.sirsi.cloud;

import io.sirsi.event.Event;
import java.time.Instant;
import java.util.List;

/**
 * A scan saw a page of resources. The inventory takes it synchronously; a publisher whose receipt
 * is not {@link io.sirsi.event.Receipt#recorded} must treat the page as lost.
 *
 * @param scan which scan
 * @param resources what it saw
 * @param at when
 */
public record ResourcesDiscovered(ScanId scan, List<CloudResource> resources, Instant at)
        implements Event {

    public ResourcesDiscovered {
        resources = List.copyOf(resources);
    }

    @Override
    public String toString() {
        return "ResourcesDiscovered[" + scan + ", " + resources.size() + " resources]";
    }
}
