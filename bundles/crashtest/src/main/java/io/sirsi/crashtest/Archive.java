package io.sirsi.crashtest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Makes the archive of classes that later victims start from: runs one victim with a few tasks and
 * lets it write down which classes it loaded.
 */
final class Archive {

    private static final int TASKS = 40;
    private static final long PATIENCE_MS = 60_000;

    private Archive() {}

    /**
     * Makes the archive that the command names. Without one all goes on as well, only slower.
     *
     * @param setting whom to run
     * @param folder an empty folder for it
     * @return whether there is an archive now
     * @throws IOException if no process can be started
     */
    static boolean make(Setting setting, Path folder) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        CountDownLatch listening = new CountDownLatch(1);
        CountDownLatch ready = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(TASKS);
        long[] port = new long[1];
        Child sink =
                new Child(
                        setting.java()
                                .run(
                                        EffectSink.class,
                                        "1",
                                        folder.resolve("sink.jsonl").toString()),
                        folder.resolve("sink.err"),
                        line -> {
                            port[0] = line.number("port");
                            listening.countDown();
                        },
                        code -> {});
        listening.await(PATIENCE_MS, TimeUnit.MILLISECONDS);
        Path archive = setting.java().archive();
        Child victim =
                new Child(
                        setting.java()
                                .with(List.of("-XX:ArchiveClassesAtExit=" + archive))
                                .run(
                                        Victim.class,
                                        setting.subject(),
                                        folder.resolve("data").toString(),
                                        Long.toString(port[0]),
                                        "0"),
                        folder.resolve("victim.err"),
                        line -> {
                            if (line.is("ready")) {
                                ready.countDown();
                            } else if (line.is("ended")) {
                                ended.countDown();
                            }
                        },
                        code -> {});
        ready.await(PATIENCE_MS, TimeUnit.MILLISECONDS);
        Workload workload = new Workload(1, "a");
        for (int i = 0; i < TASKS; i++) {
            List<Job> jobs = workload.next("");
            if (jobs.get(0).graph().isEmpty()) {
                victim.tell(jobs.get(0).line() + "\n");
            } else {
                StringBuilder lines = new StringBuilder();
                lines.append(Line.of("graph").with("nodes", jobs.size())).append('\n');
                jobs.forEach(job -> lines.append(job.line()).append('\n'));
                victim.tell(lines.toString());
            }
        }
        ended.await(PATIENCE_MS, TimeUnit.MILLISECONDS);
        victim.leave();
        sink.leave();
        return Files.exists(archive);
    }
}
