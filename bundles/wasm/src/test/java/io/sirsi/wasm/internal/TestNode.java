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
import io.sirsi.wasm.internal.guest.GuestServices;
import io.sirsi.wasm.internal.guest.GuestTime;
import io.sirsi.wasm.internal.guest.GuestWorkers;
import io.sirsi.wasm.internal.guest.http.GuestHttp;
import io.sirsi.wasm.internal.signature.TrustedKeys;
import java.io.IOException;
import java.nio.file.Path;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;

/** The loader outside OSGi, with the default engine and a folder of its own. */
final class TestNode implements AutoCloseable {

    /** How many threads there are for what may block. */
    static final int WORKERS = 8;

    final Map<String, WasmEngine> engines = new ConcurrentHashMap<>();
    final FakeTypes types = new FakeTypes();
    final List<Event> told = new CopyOnWriteArrayList<>();
    volatile SecretSource secrets = name -> Optional.empty();
    volatile Optional<HypervisorAccess> hypervisor = Optional.empty();
    final Room room;
    final StartedEngine endive = new StartedEngine();
    private final GuestWorkers workers = new GuestWorkers(WORKERS);
    final DefaultWasmModules modules;
    final ModuleLoader loader;

    /** Types that exist as long as they are offered; others belong to whoever is put down. */
    static final class FakeTypes implements AgentTypes {
        final Map<AgentType, AgentProvider> offered = new ConcurrentHashMap<>();
        final Map<AgentType, String> foreign = new ConcurrentHashMap<>();
        final List<String> history = new CopyOnWriteArrayList<>();

        @Override
        public Offer offer(AgentProvider provider, String module) {
            AgentType type = provider.descriptor().type();
            offered.put(type, provider);
            history.add("+" + type);
            return () -> {
                offered.remove(type, provider);
                history.add("-" + type);
            };
        }

        @Override
        public Optional<String> foreignOwner(AgentType type) {
            return Optional.ofNullable(foreign.get(type));
        }
    }

    /** A node with the defaults of the configuration, and these keys instead of some. */
    TestNode(Path folder, Map<String, Object> config) throws IOException {
        this(folder, WasmSettings.of(TestConfig.with(config)));
    }

    private TestNode(Path folder, WasmSettings settings) throws IOException {
        engines.put("endive", endive.engine());
        room = new Room(settings.pools().maxInstances(), settings.pools().maxPages());
        GuestTime time = GuestTime.of(Clock.systemUTC());
        loader =
                new ModuleLoader(
                        settings,
                        name -> Optional.ofNullable(engines.get(name)),
                        new CompiledModules(4, settings.pools().maxInstructions()),
                        new GuestServices(
                                name -> secrets.read(name), http(), workers, time, new Random(1)),
                        new ModuleLoader.Running(room, Runnable::run, System::nanoTime),
                        () -> TrustedKeys.read(folder.resolve("keys")));
        modules =
                new DefaultWasmModules(
                        new DefaultWasmModules.Parts(
                                types,
                                new ModuleStore(folder.resolve("wasm")),
                                loader,
                                new WasmAgentProvider.Means(
                                        time, () -> hypervisor, Optional::empty),
                                new RecordingBus(told)),
                        Clock.systemUTC(),
                        System::nanoTime);
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
        modules.close();
        workers.close();
        endive.close();
    }

    private static GuestHttp http() {
        try {
            return GuestHttp.ofNode(SSLContext.getDefault(), false);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
