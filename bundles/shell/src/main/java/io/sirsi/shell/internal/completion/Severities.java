package io.sirsi.shell.internal.completion;

import io.sirsi.cloud.Severity;
import io.sirsi.shell.internal.EnumNames;
import java.util.List;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.StringsCompleter;

/** Completes severities. */
@Service
public final class Severities implements Completer {

    private final Completer names = new StringsCompleter(EnumNames.of(Severity.class));

    @Override
    public int complete(Session session, CommandLine commandLine, List<String> candidates) {
        return names.complete(session, commandLine, candidates);
    }
}
