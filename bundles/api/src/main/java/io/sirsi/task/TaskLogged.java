package io.sirsi.task;

import io.sirsi.event.Event;
import java.time.Instant;

/**
 * A running task said something for those who watch.
 *
 * @param task which
 * @param attempt the attempt that said it, from 1
 * @param line what it said
 * @param at when
 */
public record TaskLogged(TaskId task, int attempt, String line, Instant at) implements Event {}
