package io.sirsi.shell.internal;

import io.sirsi.task.TaskId;

/**
 * A task of a graph that was submitted.
 *
 * @param name its name in the graph
 * @param type what is to be done
 * @param id its name from now on
 */
public record SubmittedTask(String name, String type, TaskId id) {}
