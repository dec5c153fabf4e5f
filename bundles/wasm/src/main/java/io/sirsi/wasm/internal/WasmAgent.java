package io.sirsi.wasm.internal;

import io.sirsi.agent.AgentFailure;
import io.sirsi.agent.Health;
import io.sirsi.hypervisor.AgentAuthority;
import io.sirsi.spi.agent.Agent;
import io.sirsi.spi.agent.AgentContext;
import io.sirsi.spi.agent.TaskContext;
import io.sirsi.task.TaskOutcome;
import io.sirsi.telemetry.AgentMetrics;
import io.sirsi.wasm.ModuleUsage;
import io.sirsi.wasm.internal.guest.Guest;
import io.sirsi.wasm.internal.guest.GuestTime;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/** An agent whose code is a module: each task runs in whatever version serves when it begins. */
final class WasmAgent implements Agent {

    private final ServedModule module;
    private final AgentContext context;
    private final AgentAuthority authority;
    private final Means means;

    /**
     * What agents of modules share.
     *
     * @param time the time
     * @param metrics where tasks are measured, if anywhere
     */
    record Means(GuestTime time, Supplier<Optional<AgentMetrics>> metrics) {}

    WasmAgent(ServedModule module, AgentContext context, AgentAuthority authority, Means means) {
        this.module = module;
        this.context = context;
        this.authority = authority;
        this.means = means;
    }

    @Override
    public TaskOutcome run(TaskContext task) throws InterruptedException {
        ModuleVersion version = module.enter();
        if (version == null) {
            return new TaskOutcome.Failed(Duration.ZERO, AgentFailure.gone(module.trouble()));
        }
        try {
            Guest guest = Guest.of(context, authority, version.about().limits());
            GuestRun.Result result =
                    new GuestRun(guest, context.session(), version, means.time(), module.tally())
                            .run(task);
            tell(task, result);
            return result.outcome();
        } finally {
            version.leave();
        }
    }

    @Override
    public Health health() {
        String trouble = module.trouble();
        return trouble.isEmpty() ? Health.ok() : new Health(Health.Status.CRITICAL, trouble);
    }

    private void tell(TaskContext task, GuestRun.Result result) {
        module.tally().task(result.outcome(), result.usage());
        means.metrics()
                .get()
                .ifPresent(
                        metrics ->
                                metrics.recordAgentOperation(
                                        "wasm." + module.type(),
                                        result.usage().ran(),
                                        result.outcome() instanceof TaskOutcome.Succeeded,
                                        false));
        task.log(words(result.usage()));
    }

    /** The last line of each task's log. */
    private static String words(ModuleUsage usage) {
        return "used "
                + usage.ran().toMillis()
                + " ms ("
                + usage.cpu().toMillis()
                + " ms processor), "
                + usage.memoryBytes() / 1024
                + " KiB memory, "
                + usage.hostCalls()
                + " host calls with "
                + usage.hostBytes()
                + " bytes";
    }
}
