package io.sirsi.task;

import io.sirsi.event.Event;
import java.time.Instant;

/**
 * A running task said how far it is.
 *
 * @param task which
 * @param done parts done
 * @param total parts in all, or 0 if unknown
 * @param note a few words
 * @param at when
 */
public record TaskProgressed(TaskId task, long done, long total, String note, Instant at)
        implements Event {}
