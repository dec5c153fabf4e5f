package io.sirsi.cloud;

import java.time.Instant;
import java.util.Optional;

/**
 * A scan as it stood at one moment.
 *
 * @param id its name
 * @param owner the account that started it
 * @param spec what was wanted
 * @param state where it is in its life
 * @param span when it ran
 */
public record Scan(ScanId id, String owner, ScanSpec spec, ScanState state, Span span) {

    /**
     * When something ran.
     *
     * @param startedAt its start
     * @param endedAt its end, if it has ended
     */
    public record Span(Instant startedAt, Optional<Instant> endedAt) {}
}
