package io.sirsi.bench.wasm;

import io.sirsi.bench.harness.Figures;
import io.sirsi.bench.harness.Measure;
import io.sirsi.bench.harness.Samples;
import io.sirsi.bench.harness.Scenario;
import io.sirsi.bench.harness.WorkFolder;
import io.sirsi.bench.scenario.Alone;
import io.sirsi.spi.agent.Agent;
import io.sirsi.wasm.ModuleFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A new version is moved into the watched folder: until a task is answered by it. */
final class ReloadRow {

    private static final String RELOAD = "reload";
    private static final String FIRST = "1.0.0";
    private static final long PATIENCE_SECONDS = 10;

    private ReloadRow() {}

    static Scenario on(EngineKind kind, WorkFolder folder, Sizes sizes) {
        String id = RELOAD + "-" + kind.id();
        return new Alone(
                id,
                "a hot reload of a module of 25 KB",
                List.of(
                        new RawContender(
                                kind,
                                "a watch on a folder says that a file was moved there, and the"
                                        + " engine compiles its bytes",
                                (engine, open) -> {
                                    Watched watched = new Watched(folder);
                                    open.push(watched);
                                    return () ->
                                            Figures.of(
                                                    RELOAD,
                                                    Samples.median(
                                                                    sizes.loads(),
                                                                    () -> watched.reload(engine))
                                                            / 1e6);
                                }),
                        new OurContender(
                                kind,
                                "folder, checks, probe, store on the disk, swap, first task; the"
                                        + " audit only counts",
                                (engine, open) -> {
                                    LoaderNode node =
                                            new LoaderNode(
                                                    folder,
                                                    engine,
                                                    Guests.answering(FIRST, Guests.SMALL));
                                    open.push(node);
                                    Versions versions = new Versions();
                                    Agent agent = node.agent(1);
                                    return () ->
                                            Figures.of(
                                                    RELOAD,
                                                    Samples.median(
                                                                    sizes.loads(),
                                                                    () ->
                                                                            versions.next(
                                                                                    node, agent))
                                                            / 1e6);
                                })),
                List.of(
                        new Measure(
                                id,
                                "file moved → first task answered by it",
                                RELOAD,
                                Measure.Unit.MILLIS)),
                sizes.pace());
    }

    /** One version after the other. */
    private static final class Versions {

        private int newest;

        double next(LoaderNode node, Agent agent) throws Exception {
            String version = "1.0." + ++newest;
            return node.reload(agent, version, Guests.answering(version, Guests.SMALL));
        }
    }

    /** A folder that is watched by nothing of ours. */
    private static final class Watched implements AutoCloseable {

        private final Path folder;
        private final Path drop;
        private final WatchService watch;
        private int newest;

        Watched(WorkFolder work) throws IOException {
            folder = work.fresh("watched");
            drop = Files.createDirectory(folder.resolve("deploy"));
            watch = drop.getFileSystem().newWatchService();
            drop.register(
                    watch,
                    StandardWatchEventKinds.ENTRY_CREATE,
                    StandardWatchEventKinds.ENTRY_MODIFY);
        }

        double reload(RawEngine engine) throws IOException, InterruptedException {
            ModuleFile file = Guests.answering("1.0." + ++newest, Guests.SMALL);
            byte[] binary = file.binary();
            Path staged = Files.write(folder.resolve("staged"), binary);
            long begin = System.nanoTime();
            Files.move(staged, drop.resolve(file.name()), StandardCopyOption.ATOMIC_MOVE);
            @Nullable WatchKey key = watch.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (key == null) {
                throw new IOException("nobody said that a file was moved to " + drop);
            }
            RawEngine.Module module = engine.compile(binary);
            long nanos = System.nanoTime() - begin;
            module.close();
            key.pollEvents();
            key.reset();
            return nanos;
        }

        @Override
        public void close() throws IOException {
            watch.close();
            WorkFolder.remove(folder);
        }
    }
}
