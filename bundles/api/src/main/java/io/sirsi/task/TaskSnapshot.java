package io.sirsi.task;

import io.sirsi.session.SessionId;
import java.time.Instant;

/**
 * A task as it stood at one moment.
 *
 * @param id its name
 * @param session whose it is
 * @param spec what was asked for
 * @param state where it is in its life
 * @param submittedAt when it was submitted
 */
public record TaskSnapshot(
        TaskId id, SessionId session, TaskSpec spec, TaskState state, Instant submittedAt) {}
