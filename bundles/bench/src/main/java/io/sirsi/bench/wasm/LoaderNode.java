package io.sirsi.bench.wasm;

import io.sirsi.bench.harness.WorkFolder;
import io.sirsi.bench.ours.QuietBus;
import io.sirsi.event.Event;
import io.sirsi.event.Receipt;
import io.sirsi.spi.agent.Agent;
import io.sirsi.spi.agent.AgentFailureException;
import io.sirsi.spi.wasm.WasmEngine;
import io.sirsi.task.Payload;
import io.sirsi.task.TaskOutcome;
import io.sirsi.task.TaskSpec;
import io.sirsi.wasm.ModuleFile;
import io.sirsi.wasm.ModuleInstalled;
import io.sirsi.wasm.internal.BenchWasm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** The loader with its folder that is watched, its thread for fresh instances, and agents. */
final class LoaderNode implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final TaskSpec TASK =
            TaskSpec.of(Guests.TYPE)
                    .input(Payload.json("{\"scan\":\"latest\"}"))
                    .timeout(Duration.ofMinutes(1));

    private final Path folder;
    private final Path drop;
    private final ExecutorService making =
            Executors.newSingleThreadExecutor(
                    work -> {
                        Thread thread = new Thread(work, "sirsi-wasm-ready");
                        thread.setDaemon(true);
                        return thread;
                    });
    private final Installations told = new Installations();
    private final BenchWasm wasm;

    /** Opens one in a new folder, with a module installed. */
    LoaderNode(WorkFolder work, WasmEngine engine, ModuleFile first) throws IOException {
        folder = work.fresh("wasm");
        drop = Files.createDirectory(folder.resolve("deploy"));
        wasm = new BenchWasm(folder, new BenchWasm.Around(engine, told, making), Map.of());
        wasm.install(first);
        told.versions.clear();
        wasm.watch(drop, new QuietTrail());
    }

    Agent agent(int number) throws AgentFailureException {
        return wasm.agent(new BenchAgent(number));
    }

    /** {@return how a task of an agent ends} */
    static TaskOutcome run(Agent agent) throws Exception {
        return agent.run(BenchWasm.task(TASK));
    }

    /** {@return the output of a task of an agent, which must succeed} */
    static String output(Agent agent) throws Exception {
        TaskOutcome outcome = run(agent);
        if (outcome instanceof TaskOutcome.Succeeded succeeded) {
            return succeeded.output().text();
        }
        throw new IllegalStateException("a task of a guest ended as " + outcome);
    }

    /**
     * Moves a version into the folder, and waits for the first task that it answers.
     *
     * @param agent whose tasks
     * @param version the version of the file
     * @param file the module
     * @return how long it took, in ns
     */
    long reload(Agent agent, String version, ModuleFile file) throws Exception {
        Path staged = Files.write(folder.resolve("staged"), file.binary());
        String wanted = "\"" + version + "\"";
        long begin = System.nanoTime();
        Files.move(staged, drop.resolve(file.name()), StandardCopyOption.ATOMIC_MOVE);

        if (!version.equals(told.versions.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS))) {
            throw new IllegalStateException(
                    "version " + version + " does not serve after " + PATIENCE);
        }

        if (!output(agent).equals(wanted)) {
            throw new IllegalStateException("a task was not answered by version " + version);
        }

        return System.nanoTime() - begin;
    }

    /** Hears of each version that serves, as a subscriber would. */
    private static final class Installations extends QuietBus {

        private final BlockingQueue<String> versions = new LinkedBlockingQueue<>();

        @Override
        public Receipt publish(Event event) {
            if (event instanceof ModuleInstalled installed) {
                versions.add(installed.module().manifest().version());
            }
            return super.publish(event);
        }
    }

    @Override
    public void close() throws IOException {
        wasm.close();
        making.shutdownNow();
        try {
            if (!making.awaitTermination(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new IllegalStateException("the thread for fresh instances did not end");
            }
        } catch (InterruptedException leaving) {
            Thread.currentThread().interrupt();
        }
        WorkFolder.remove(folder);
    }
}
