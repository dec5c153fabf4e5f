package io.sirsi.shell.internal.command;

import io.sirsi.hypervisor.Hypervisor;
import io.sirsi.shell.internal.HypervisorCommand;
import io.sirsi.shell.internal.Ids;
import io.sirsi.shell.internal.Remedies;
import io.sirsi.shell.internal.Text;
import io.sirsi.shell.internal.Views;
import io.sirsi.shell.internal.completion.TaskIds;
import io.sirsi.task.Explanation;
import java.io.IOException;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** Says why a task is not running. */
@Service
@Command(
        scope = "task",
        name = "why",
        description =
                "Says why a task is not running: in one sentence, then every reason, then what would make it run")
public final class TaskWhy extends HypervisorCommand {

    @Argument(name = "task", description = "The task", required = true)
    @Completion(TaskIds.class)
    private String task = "";

    @Override
    protected int run(Hypervisor hypervisor) throws IOException {
        Explanation why = hypervisor.explainTask(Ids.task(task));
        if (json()) {
            return print(Views.EXPLANATION, why);
        }
        out().println(Text.of(why.sentence()));
        for (Explanation.Reason reason : why.reasons()) {
            if (why.reasons().size() == 1 && why.sentence().endsWith(reason.sentence())) {
                continue; // It would say the same once more.
            }
            out().println(
                            "- "
                                    + Text.of(reason.sentence())
                                    + reason.until()
                                            .map(at -> " (until " + Text.of(at) + ")")
                                            .orElse(""));
        }
        why.change().ifPresent(change -> out().println(toRun(why, Text.of(change.sentence()))));
        return 0;
    }

    /** The command comes on a line of its own, where the sentence does not have it already. */
    private static String toRun(Explanation why, String sentence) {
        return "To make it run: "
                + sentence
                + Remedies.command(why)
                        .filter(command -> !sentence.contains(command))
                        .map(command -> System.lineSeparator() + "  " + command)
                        .orElse("");
    }
}
