package io.sirsi.agents.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.sirsi.agent.AgentId;
import io.sirsi.agent.AgentSpec;
import io.sirsi.agent.AgentState;
import io.sirsi.agent.Health;
import io.sirsi.id.RandomIds;
import io.sirsi.journal.internal.LocalJournals;
import io.sirsi.journal.internal.SimulatedDisk;
import io.sirsi.spi.agent.AgentProvider;
import io.sirsi.task.TaskOutcome;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.ref.WeakReference;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** A bundle that goes is really gone: its class loader is collected. */
class BundleLeakTest {

    private final DefaultAgentRuntime runtime =
            new DefaultAgentRuntime(
                    new RecordingBus(),
                    LocalJournals.on(new SimulatedDisk(1)),
                    new AgentSettings(
                            Duration.ofMillis(20),
                            Duration.ofSeconds(5),
                            Duration.ofSeconds(10),
                            Duration.ofSeconds(10),
                            100),
                    new DefaultAgentRuntime.Means(
                            Clock.systemUTC(), System::nanoTime, new RandomIds(new Random(1))));

    /** What a scheduler or a door may still hold after the end. */
    private final List<Object> held = new ArrayList<>();

    @Test
    void nothing_of_a_bundle_is_kept_after_its_provider_went() throws Exception {
        WeakReference<ClassLoader> loader = useAndUnbind();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (loader.get() != null && System.nanoTime() < deadline) {
            System.gc();
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
        assertThat(loader.get()).as("the loader of the bundle").isNull();
        assertThat(held).isNotEmpty();
        runtime.stop();
    }

    private WeakReference<ClassLoader> useAndUnbind() throws Exception {
        ClassLoader bundle = new ThrowAwayLoader();
        AgentProvider provider =
                (AgentProvider)
                        bundle.loadClass(MessyProvider.class.getName())
                                .getConstructor()
                                .newInstance();
        assertThat(provider.getClass()).isNotEqualTo(MessyProvider.class);
        runtime.bindProvider(provider, Map.of(DefaultAgentRuntime.TYPE_PROPERTY, "messy"));
        AgentId agent =
                runtime.spawn(
                                Assignments.SESSION,
                                AgentSpec.of("messy").capabilities(c -> c.canSpawnSubAgents()))
                        .id();
        assertThat(runtime.health(agent).status()).isEqualTo(Health.Status.CRITICAL);
        Assignments assignments = new Assignments();
        Assignments.Assignment waits = null;
        for (String task : List.of("spawn", "throw", "wait")) {
            waits = assignments.next();
            held.add(runtime.tryExecute(agent, waits).orElseThrow());
            held.add(waits);
            if (!task.equals("wait")) {
                held.add(waits.outcome());
            }
        }
        assertThat(runtime.list()).hasSize(2);
        runtime.unbindProvider(provider);
        assertThat(runtime.list())
                .hasSize(2)
                .allMatch(waiting -> waiting.state() == AgentState.INITIALIZING);
        assertThat(runtime.health(agent).sentence()).contains("waits for the agent type 'messy'");
        assertThat(waits.outcome()).isInstanceOf(TaskOutcome.Failed.class);
        assertThat(runtime.executions()).hasSize(3);
        assertThat(held).containsAll(runtime.executions());
        held.add(runtime.find(agent).orElseThrow());
        return new WeakReference<>(bundle);
    }

    /** Loads the messy classes itself, all others from the tests. */
    private static final class ThrowAwayLoader extends ClassLoader {

        ThrowAwayLoader() {
            super("throw-away", BundleLeakTest.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.startsWith(MessyProvider.class.getName())) {
                return super.loadClass(name, resolve);
            }
            synchronized (getClassLoadingLock(name)) {
                Class<?> loaded = findLoadedClass(name);
                return loaded != null ? loaded : define(name);
            }
        }

        private Class<?> define(String name) throws ClassNotFoundException {
            String file = name.replace('.', '/') + ".class";
            try (InputStream in = BundleLeakTest.class.getClassLoader().getResourceAsStream(file)) {
                if (in == null) {
                    throw new ClassNotFoundException(name);
                }
                byte[] bytes = in.readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException unreadable) {
                throw new UncheckedIOException(unreadable);
            }
        }
    }
}
