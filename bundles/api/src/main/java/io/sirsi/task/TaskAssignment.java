package io.sirsi.task;

import java.time.Instant;

/**
 * A task in the hands of an agent, for one attempt.
 *
 * @param task the task, Running
 * @param attempt the attempt's number, from 1
 * @param fence the fence of this attempt
 * @param deadline when the attempt is stopped
 * @param monitor the way to speak of it while it runs
 */
public record TaskAssignment(
        TaskSnapshot task, int attempt, long fence, Instant deadline, TaskMonitor monitor) {}
