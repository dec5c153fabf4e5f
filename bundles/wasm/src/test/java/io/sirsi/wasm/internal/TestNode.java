package io.sirsi.wasm.internal;

import io.sirsi.agent.AgentSpec;
import io.sirsi.agent.AgentType;
import io.sirsi.event.Event;
import io.sirsi.hypervisor.HypervisorAccess;
import io.sirsi.spi.agent.Agent;
import io.sirsi.spi.agent.AgentProvider;
import io.sirsi.spi.agent.FakeAgentContext;
import io.sirsi.spi.agent.FakeTaskContext;
import io.sirsi.spi.security.SecretSource;
import io.sirsi.spi.wasm.WasmEngine;
import io.sirsi.task.TaskOutcome;
import io.sirsi.task.TaskSpec;
import io.sirsi.wasm.endive.internal.StartedEngine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** The loader outside OSGi, with the default engine and a folder of its own. */
final class TestNode implements AutoCloseable {

    final Map<String, WasmEngine> engines = new ConcurrentHashMap<>();
    final FakeTypes types = new FakeTypes();
    final List<Event> told = new CopyOnWriteArrayList<>();
    volatile SecretSource secrets = name -> Optional.empty();
    volatile Optional<HypervisorAccess> hypervisor = Optional.empty();
    final Room room;
    final StartedEngine endive = new StartedEngine();
    private final LoaderParts parts;
    final DefaultWasmModules modules;
    final ModuleLoader loader;

    /** Types that exist as long as they are offered; others belong to whoever is put down. */
    static final class FakeTypes implements AgentTypes {
        final Map<AgentType, AgentProvider> offered = new ConcurrentHashMap<>();
        final Map<AgentType, String> foreign = new ConcurrentHashMap<>();
        final List<String> history = new CopyOnWriteArrayList<>();

        /** What happens while the agents of a type that goes drain. */
        Draining going = () -> {};

        /** Runs tasks that have begun. */
        interface Draining {
            void run() throws Exception;
        }

        @Override
        public Offer offer(AgentProvider provider, String module) {
            AgentType type = provider.descriptor().type();
            offered.put(type, provider);
            history.add("+" + type);
            return () -> {
                offered.remove(type, provider);
                try {
                    going.run();
                } catch (Exception unexpected) {
                    throw new AssertionError(unexpected);
                }
                history.add("-" + type);
            };
        }

        @Override
        public boolean anyRuns(String taskType) {
            return offered.values().stream()
                    .anyMatch(provider -> provider.descriptor().taskTypes().contains(taskType));
        }

        @Override
        public Optional<String> foreignOwner(AgentType type) {
            return Optional.ofNullable(foreign.get(type));
        }
    }

    /** A node with the defaults of the configuration, and these keys instead of some. */
    TestNode(Path folder, Map<String, Object> config) throws IOException {
        engines.put("endive", endive.engine());
        parts =
                new LoaderParts(
                        WasmSettings.of(TestConfig.with(config)),
                        folder.resolve("wasm"),
                        folder.resolve("keys"),
                        new LoaderParts.Around(
                                name -> Optional.ofNullable(engines.get(name)),
                                types,
                                name -> secrets.read(name),
                                () -> hypervisor,
                                Optional::empty,
                                new RecordingBus(told),
                                Runnable::run));
        room = parts.room();
        loader = parts.loader();
        modules = parts.modules();
        modules.start();
    }

    /** {@return an agent of this type} */
    Agent agent(String type) throws Exception {
        return types.offered
                .get(new AgentType(type))
                .create(new FakeAgentContext(AgentSpec.of(type)));
    }

    /** {@return the output of a task that must succeed} */
    static String output(Agent agent, String taskType) throws Exception {
        TaskOutcome outcome = agent.run(new FakeTaskContext(TaskSpec.of(taskType)));
        if (outcome instanceof TaskOutcome.Succeeded succeeded) {
            return succeeded.output().text();
        }
        throw new AssertionError(outcome);
    }

    @Override
    public void close() {
        parts.close();
        endive.close();
    }
}
