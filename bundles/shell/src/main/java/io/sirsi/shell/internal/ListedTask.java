package io.sirsi.shell.internal;

import io.sirsi.failure.RefusedException;
import io.sirsi.hypervisor.Hypervisor;
import io.sirsi.task.Explanation;
import io.sirsi.task.TaskSnapshot;
import io.sirsi.task.TaskState;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A task in a list.
 *
 * @param task as it stands
 * @param about what is known beyond the name of its state
 */
public record ListedTask(TaskSnapshot task, String about) {

    /** How many tasks of one list are explained; each costs a look at what it could run on. */
    static final int MOST_EXPLAINED = 100;

    /**
     * Says of each task that waits who paused it, and of one that is Ready what it waits for.
     *
     * @param hypervisor whom to ask
     * @param tasks the tasks
     * @return the tasks in the same order
     */
    public static List<ListedTask> of(Hypervisor hypervisor, List<TaskSnapshot> tasks) {
        List<ListedTask> listed = new ArrayList<>();
        int explained = 0;
        for (TaskSnapshot task : tasks) {
            boolean waits = !task.state().isFinal() && !(task.state() instanceof TaskState.Running);
            listed.add(
                    new ListedTask(
                            task,
                            waits && explained++ < MOST_EXPLAINED
                                    ? why(hypervisor, task)
                                    : plain(task)));
        }
        return listed;
    }

    private static String plain(TaskSnapshot task) {
        return task.state() instanceof TaskState.Ready
                ? "task:why " + task.id()
                : Views.about(task.state());
    }

    private static String why(Hypervisor hypervisor, TaskSnapshot task) {
        try {
            return why(hypervisor.explainTask(task.id()), task);
        } catch (RefusedException goneMeanwhile) {
            return plain(task);
        }
    }

    private static String why(Explanation why, TaskSnapshot task) {
        String paused =
                why.reasons().stream()
                        .filter(reason -> reason.kind() == Explanation.Kind.PAUSED)
                        .map(Explanation.Reason::sentence)
                        .collect(Collectors.joining("; "));
        String waits =
                task.state() instanceof TaskState.Ready
                        ? why.reasons().stream()
                                .filter(reason -> reason.kind() != Explanation.Kind.PAUSED)
                                .findFirst()
                                .map(Explanation.Reason::sentence)
                                .orElse(paused.isEmpty() ? why.sentence() : "")
                        : Views.about(task.state());
        return Text.sentence(
                Stream.of(paused, waits)
                        .filter(part -> !part.isEmpty())
                        .collect(Collectors.joining("; ")));
    }
}
