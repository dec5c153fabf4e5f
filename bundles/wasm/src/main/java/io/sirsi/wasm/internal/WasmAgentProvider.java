package io.sirsi.wasm.internal;

import io.sirsi.agent.AgentDescriptor;
import io.sirsi.agent.AgentFailure;
import io.sirsi.hypervisor.HypervisorAccess;
import io.sirsi.spi.agent.Agent;
import io.sirsi.spi.agent.AgentContext;
import io.sirsi.spi.agent.AgentFailureException;
import io.sirsi.spi.agent.AgentProvider;
import io.sirsi.telemetry.AgentMetrics;
import io.sirsi.wasm.internal.guest.GuestTime;
import java.util.Optional;
import java.util.function.Supplier;

/** Makes the agents of one module. */
final class WasmAgentProvider implements AgentProvider {

    private final ServedModule module;
    private final AgentDescriptor descriptor;
    private final Means means;

    /**
     * What the agents of all modules share.
     *
     * @param time the time
     * @param hypervisor who decides for them, if it is there
     * @param metrics where their tasks are measured, if anywhere
     */
    record Means(
            GuestTime time,
            Supplier<Optional<HypervisorAccess>> hypervisor,
            Supplier<Optional<AgentMetrics>> metrics) {}

    WasmAgentProvider(ServedModule module, AgentDescriptor descriptor, Means means) {
        this.module = module;
        this.descriptor = descriptor;
        this.means = means;
    }

    @Override
    public AgentDescriptor descriptor() {
        return descriptor;
    }

    @Override
    public Agent create(AgentContext context) throws AgentFailureException {
        ModuleVersion version = module.serving();
        Optional<String> problem =
                version == null
                        ? Optional.empty()
                        : version.about().settings().problems(context.spec().settings()).stream()
                                .findFirst();
        if (problem.isPresent()) {
            throw new AgentFailureException(
                    AgentFailure.of(AgentFailure.Code.INVALID, problem.get()));
        }
        return new WasmAgent(
                module,
                context,
                new LateAuthority(context.id(), means.hypervisor()),
                new WasmAgent.Means(means.time(), means.metrics()));
    }
}
