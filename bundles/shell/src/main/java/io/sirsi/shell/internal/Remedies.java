package io.sirsi.shell.internal;

import io.sirsi.task.Explanation;
import io.sirsi.task.TaskSpec;
import java.util.Optional;

/** The commands with which a person makes the change that an explanation names. */
public final class Remedies {

    private Remedies() {}

    /** {@return the command; empty where there is none, or more has to be known} */
    public static Optional<String> command(Explanation explanation) {
        return explanation
                .change()
                .flatMap(
                        change ->
                                switch (change.action()) {
                                    case SPAWN_AGENT ->
                                            on(
                                                    change,
                                                    "agent:spawn --session "
                                                            + explanation.task().session());
                                    case RESUME_TASK -> on(change, "task:resume");
                                    case RESUME_SESSION -> on(change, "session:resume");
                                    case RESUME_ALL -> Optional.of("task:resume --all");
                                    case UNBLOCK_TASK -> on(change, "task:why");
                                    case CANCEL_TASK -> on(change, "task:cancel");
                                    case RESUBMIT ->
                                            // Another command would ask for less than was wanted.
                                            isPlain(explanation.task().spec())
                                                    ? on(
                                                            change,
                                                            "task:submit --session "
                                                                    + explanation.task().session())
                                                    : Optional.empty();
                                    case INSTALL_AGENT_TYPE, RAISE_LIMIT, MEND_STORAGE, WAIT ->
                                            Optional.empty();
                                });
    }

    private static boolean isPlain(TaskSpec spec) {
        return spec.equals(TaskSpec.of(spec.type()));
    }

    private static Optional<String> on(Explanation.Change change, String command) {
        return change.subjects().stream()
                .findFirst()
                .map(subject -> command + " " + Text.of(subject));
    }
}
