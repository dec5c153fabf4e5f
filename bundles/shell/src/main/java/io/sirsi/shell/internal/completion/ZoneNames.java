package io.sirsi.shell.internal.completion;

import java.time.ZoneId;
import java.util.List;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.StringsCompleter;

/** Completes time zones. */
@Service
public final class ZoneNames implements Completer {

    private final Completer names = new StringsCompleter(ZoneId.getAvailableZoneIds());

    @Override
    public int complete(Session session, CommandLine commandLine, List<String> candidates) {
        return names.complete(session, commandLine, candidates);
    }
}
