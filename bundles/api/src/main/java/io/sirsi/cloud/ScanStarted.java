package io.sirsi.cloud;

import io.sirsi.event.Event;
import java.time.Instant;

/**
 * A scan began.
 *
 * @param scan the scan
 * @param at when
 */
public record ScanStarted(Scan scan, Instant at) implements Event {}
