package io.sirsi.cloud;

import io.sirsi.event.Event;
import java.time.Instant;

/**
 * A scan ended.
 *
 * @param scan in its final state
 * @param resources how many resources it saw
 * @param at when
 */
public record ScanEnded(Scan scan, long resources, Instant at) implements Event {}
