package io.sirsi.wasm.internal;

import io.sirsi.agent.AgentType;
import io.sirsi.audit.AuditTrail;
import io.sirsi.event.EventBus;
import io.sirsi.failure.RefusedException;
import io.sirsi.session.SessionId;
import io.sirsi.spi.agent.Agent;
import io.sirsi.spi.agent.AgentContext;
import io.sirsi.spi.agent.AgentFailureException;
import io.sirsi.spi.agent.AgentProvider;
import io.sirsi.spi.agent.TaskContext;
import io.sirsi.spi.wasm.WasmEngine;
import io.sirsi.spi.wasm.WasmRejectedException;
import io.sirsi.spi.wasm.WasmTrap;
import io.sirsi.task.TaskSpec;
import io.sirsi.wasm.ModuleFile;
import io.sirsi.wasm.internal.binary.Admission;
import io.sirsi.wasm.internal.binary.AdmissionLimits;
import io.sirsi.wasm.internal.binary.RefusedModuleException;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The loader of modules as a node has it, with the values of its configuration file and one engine.
 * In the loader's package, since only the framework makes one otherwise.
 */
public final class BenchWasm implements AutoCloseable {

    private final WasmSettings settings;
    private final OfferedTypes types = new OfferedTypes();
    private final LoaderParts parts;
    private @Nullable ModuleFolder watched;

    /** What a node has around the loader. */
    public record Around(WasmEngine engine, EventBus bus, Executor making) {}

    /**
     * Opens a store and loads nothing.
     *
     * @param folder where modules are kept
     * @param around the engine, who is told, and where fresh instances are made
     * @param config values for some keys of the configuration
     * @throws IOException if the store cannot be opened
     */
    public BenchWasm(Path folder, Around around, Map<String, Object> config) throws IOException {
        WasmEngine engine = around.engine();
        Map<String, Object> values = new HashMap<>(config);
        values.put("engine", engine.name());
        settings = WasmSettings.of(configuration(values));
        parts =
                new LoaderParts(
                        settings,
                        folder.resolve("wasm"),
                        folder.resolve("keys"),
                        new LoaderParts.Around(
                                name -> Optional.of(engine).filter(one -> one.name().equals(name)),
                                types,
                                name -> Optional.empty(),
                                Optional::empty,
                                Optional::empty,
                                around.bus(),
                                around.making()));
        parts.modules().start();
    }

    /** Installs a module. */
    public void install(ModuleFile file) {
        parts.modules().install(file, "bench");
    }

    /**
     * Watches a folder from now on, and installs what comes into it.
     *
     * @param drop the folder
     * @param trail where that is written down
     * @throws IOException if it cannot be watched
     */
    public void watch(Path drop, AuditTrail trail) throws IOException {
        watched = parts.watch(drop, trail);
    }

    /**
     * Makes an agent.
     *
     * @param context who it is; of a type that is installed
     * @return the agent
     * @throws AgentFailureException if its settings are not what the module takes
     */
    public Agent agent(AgentContext context) throws AgentFailureException {
        AgentProvider provider = types.offered.get(context.spec().type());
        if (provider == null) {
            throw RefusedException.notFound("there is no type " + context.spec().type());
        }
        return provider.create(context);
    }

    /** {@return one attempt of a task, whose lines are kept as a task's are} */
    public static TaskContext task(TaskSpec spec) {
        return new TrialTask(spec, System::nanoTime);
    }

    /**
     * Loads a module, and installs it nowhere.
     *
     * @param file the module
     * @return its instances
     */
    public Pool pool(ModuleFile file) {
        return new Pool(parts.loader().load(file).orRefuse());
    }

    /**
     * Lets a module through admission.
     *
     * @param binary the module
     * @return how many bytes are left of it
     * @throws IOException if it is refused
     */
    public int admit(byte[] binary) throws IOException {
        try {
            return Admission.admit(
                            binary,
                            new AdmissionLimits(
                                    WasmSettings.engineLimits(settings.limits()),
                                    ModuleLoader.importable()))
                    .rewritten()
                    .length;
        } catch (RefusedModuleException refused) {
            throw new IOException(refused);
        }
    }

    @Override
    public void close() {
        if (watched != null) {
            watched.close();
        }
        parts.close();
    }

    private static WasmConfig configuration(Map<String, Object> values) {
        return (WasmConfig)
                Proxy.newProxyInstance(
                        WasmConfig.class.getClassLoader(),
                        new Class<?>[] {WasmConfig.class},
                        (proxy, method, arguments) ->
                                values.getOrDefault(method.getName(), method.getDefaultValue()));
    }

    /** The instances of one version of a module. For one thread. */
    public static final class Pool implements AutoCloseable {

        private final ModuleVersion version;

        private Pool(ModuleVersion version) {
            this.version = version;
        }

        /**
         * Takes an instance.
         *
         * @param session for which session
         * @return the instance, to be given back
         * @throws IOException if there is none
         */
        public Taken take(SessionId session) throws IOException {
            try {
                return new Taken(session, version.pool(), version.pool().take(session));
            } catch (NoRoomException | WasmRejectedException | WasmTrap trouble) {
                throw new IOException(trouble);
            }
        }

        /** Has a fresh one made ready, if there are fewer than there should be. */
        public void refill() {
            version.pool().refill();
        }

        @Override
        public void close() {
            version.retire();
        }
    }

    /** An instance that was taken. */
    public static final class Taken {

        private final SessionId session;
        private final InstancePool pool;
        private final GuestInstance instance;

        private Taken(SessionId session, InstancePool pool, GuestInstance instance) {
            this.session = session;
            this.pool = pool;
            this.instance = instance;
        }

        /** Gives it back, which brings it back to its beginning where the engine can. */
        public void giveBack() {
            pool.giveBack(session, instance);
        }
    }

    /** Types that exist as long as they are offered. */
    private static final class OfferedTypes implements AgentTypes {

        private final Map<AgentType, AgentProvider> offered = new ConcurrentHashMap<>();

        @Override
        public Offer offer(AgentProvider provider, String module) {
            AgentType type = provider.descriptor().type();
            offered.put(type, provider);
            return () -> offered.remove(type, provider);
        }

        @Override
        public boolean anyRuns(String taskType) {
            return offered.values().stream()
                    .anyMatch(provider -> provider.descriptor().taskTypes().contains(taskType));
        }

        @Override
        public Optional<String> foreignOwner(AgentType type) {
            return Optional.empty();
        }
    }
}
