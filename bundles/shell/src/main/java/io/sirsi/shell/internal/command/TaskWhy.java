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
                "Says why a task is not running: in one sentence, then every further reason, then what would make it run")
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
        String sentence = Text.sentence(why.sentence());
        out().println(sentence);
        for (Explanation.Reason reason : why.reasons()) {
            // The first reason is most often the sentence itself.
            String more = Text.sentence(reason.sentence());
            String until =
                    reason.until()
                            .map(Text::zoned)
                            .filter(at -> !sentence.contains(at) && !more.contains(at))
                            .map(at -> "until " + at)
                            .orElse("");
            if (!sentence.contains(more)) {
                out().println("- " + more + (until.isEmpty() ? "" : " (" + until + ")"));
            } else if (!until.isEmpty() && reason.kind() != Explanation.Kind.BEHIND_OTHERS) {
                out().println("- " + until);
            }
        }
        why.change()
                .ifPresent(change -> out().println(toRun(why, Text.sentence(change.sentence()))));
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
