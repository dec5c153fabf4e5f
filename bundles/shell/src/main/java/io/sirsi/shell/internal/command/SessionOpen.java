package io.sirsi.shell.internal.command;

import io.sirsi.hypervisor.Hypervisor;
import io.sirsi.session.Session;
import io.sirsi.session.SessionLimits;
import io.sirsi.session.SessionSpec;
import io.sirsi.shell.internal.Durations;
import io.sirsi.shell.internal.HypervisorCommand;
import java.io.IOException;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.jspecify.annotations.Nullable;

/** Opens a session. */
@Service
@Command(
        scope = "session",
        name = "open",
        description = "Opens a session of yours: room for agents and tasks, with limits",
        detailedDescription = "Example: session:open --agents 16 --lifetime 2h nightly")
public final class SessionOpen extends HypervisorCommand {

    @Argument(
            name = "label",
            description = "A name for people, 1 to 100 characters",
            required = true)
    private String label = "";

    @Option(name = "--agents", description = "How many agents may live in it at once")
    private int agents = SessionLimits.DEFAULT.maxAgents();

    @Option(name = "--tasks", description = "How many tasks may be unfinished in it at once")
    private int tasks = SessionLimits.DEFAULT.maxTasks();

    @Option(
            name = "--weight",
            description =
                    "Its part of what sessions have to share, 1 to 1000: with twice the weight it gets"
                            + " twice as much")
    private int weight = SessionLimits.DEFAULT.weight();

    @Option(name = "--lifetime", description = "How long it lives, such as 90m or 8h")
    private @Nullable String lifetime;

    @Override
    protected int run(Hypervisor hypervisor) throws IOException {
        SessionLimits limits =
                new SessionLimits(
                        agents,
                        tasks,
                        lifetime == null
                                ? SessionLimits.DEFAULT.lifetime()
                                : Durations.parse(lifetime),
                        weight);
        Session opened = hypervisor.openSession(new SessionSpec(label, limits));
        return say("opened " + opened.id(), "session", opened.id());
    }
}
