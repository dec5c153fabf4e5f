package io.sirsi.shell.internal.completion;

import io.sirsi.shell.internal.TaskStateNames;
import java.util.List;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.StringsCompleter;

/** Completes names of the states of a task. */
@Service
public final class TaskStates implements Completer {

    private final Completer names = new StringsCompleter(TaskStateNames.all());

    @Override
    public int complete(Session session, CommandLine commandLine, List<String> candidates) {
        return names.complete(session, commandLine, candidates);
    }
}
