package io.sirsi.cloud;

import io.sirsi.event.Event;
import java.time.Instant;

/**
 * A scan could not see something. Taken by the inventory as {@link ResourcesDiscovered} is.
 *
 * @param scan which scan
 * @param gap what
 * @param at when
 */
public record GapDiscovered(ScanId scan, CoverageGap gap, Instant at) implements Event {}
