package io.sirsi.task;

import io.sirsi.event.Event;
import java.time.Duration;
import java.time.Instant;

/**
 * A scheduler has read its record and goes on with what it found there.
 *
 * @param live how many tasks have not ended
 * @param resumed how many of these ran meanwhile and still do
 * @param unknown how many were to run at most once, ran when the node went down, and ended in
 *     {@link TaskState.Unknown}
 * @param tornBytes how many bytes were cut off the end of the record: one that was being written
 *     when the node went down and was never acknowledged; 0 for none
 * @param took how long reading took
 * @param at when it was done
 */
public record TasksRecovered(
        int live, int resumed, int unknown, long tornBytes, Duration took, Instant at)
        implements Event {}
