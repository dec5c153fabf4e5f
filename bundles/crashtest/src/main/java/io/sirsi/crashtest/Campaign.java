package io.sirsi.crashtest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Many kills, in rounds of lanes that run side by side: a round's history is checked and thrown
 * away before the next, so that a million tasks need no more memory than the tasks of one round.
 */
final class Campaign {

    /**
     * What is wanted.
     *
     * @param seed of all that is drawn
     * @param kills how often victims die, at least
     * @param tasks how many tasks are submitted, at least
     * @param perPoint how often victims die at each named point, at least
     * @param lanes how many lanes run side by side
     */
    record Aim(long seed, int kills, int tasks, int perPoint, int lanes) {}

    /**
     * What was done.
     *
     * @param aim what was wanted
     * @param randomKills how often a victim was killed at a random moment
     * @param atPoints how often one died at each named point
     * @param tasks how many tasks were submitted, and how many of them acknowledged
     * @param refused how many submissions were refused
     * @param readyMillis how long each life took until it was ready, in order of size
     * @param findings what was broken
     */
    record Summary(
            Aim aim,
            int randomKills,
            Map<String, Integer> atPoints,
            Lane.Result.Tasks tasks,
            int refused,
            List<Long> readyMillis,
            List<Finding> findings) {

        int kills() {
            return randomKills + atPoints.values().stream().mapToInt(Integer::intValue).sum();
        }

        long count(Finding.Rule... rules) {
            return findings.stream().filter(one -> List.of(rules).contains(one.rule())).count();
        }

        /** {@return the closing line} */
        String sentence() {
            return String.format(
                    "crashtest: seed %d: %,d kills (%,d at random moments, %,d at named points),"
                            + " %,d tasks, %,d acknowledged, %,d refused; ready again in %d ms (p50),"
                            + " %d ms (p99); %d lost, %d double ends, %d double effects,"
                            + " %d findings in all",
                    aim.seed(),
                    kills(),
                    randomKills,
                    kills() - randomKills,
                    tasks.submitted(),
                    tasks.acknowledged(),
                    refused,
                    percentile(50),
                    percentile(99),
                    count(Finding.Rule.ACKNOWLEDGED_IS_KNOWN, Finding.Rule.ACKNOWLEDGED_ENDS),
                    count(Finding.Rule.ONE_END),
                    count(Finding.Rule.EFFECT_ONCE),
                    findings.size());
        }

        private long percentile(int percent) {
            return readyMillis.isEmpty()
                    ? 0
                    : readyMillis.get((readyMillis.size() - 1) * percent / 100);
        }
    }

    private static final int TASKS_OF_A_ROUND = 60_000;

    private final Setting setting;
    private final Aim aim;
    private final Path folder;
    private final Consumer<String> progress;

    /**
     * Prepares a campaign.
     *
     * @param setting whom it puts to the test
     * @param aim what is wanted
     * @param folder where histories and data lie meanwhile; kept where something was found
     * @param progress hears sentences meanwhile, on any thread
     */
    Campaign(Setting setting, Aim aim, Path folder, Consumer<String> progress) {
        this.setting = setting;
        this.aim = aim;
        this.folder = folder;
        this.progress = progress;
    }

    /**
     * {@return a campaign against the scheduler of the product}
     *
     * @param aim what is wanted
     * @param folder as for any campaign
     * @param progress as for any campaign
     * @throws IOException if no process can be started
     * @throws InterruptedException if this thread was interrupted
     */
    static Campaign againstTheScheduler(Aim aim, Path folder, Consumer<String> progress)
            throws IOException, InterruptedException {
        Files.createDirectories(folder);
        Setting setting =
                new Setting(
                        SchedulerSubject.class.getName(),
                        JavaCommand.here(false, folder.resolve("victim.jsa")),
                        SchedulerSubject.POINTS);
        if (!Archive.make(setting, folder.resolve("archive"))) {
            progress.accept("crashtest: there is no archive of classes, lives begin slowly");
        }
        delete(folder.resolve("archive"));
        return new Campaign(setting, aim, folder, progress);
    }

    /**
     * Runs it, until its aim is reached or something was found.
     *
     * @throws IOException if a process cannot be started or a file not be written
     * @throws InterruptedException if this thread was interrupted
     */
    Summary run() throws IOException, InterruptedException {
        int rounds = Math.max(1, (aim.tasks() + TASKS_OF_A_ROUND - 1) / TASKS_OF_A_ROUND);
        int parts = rounds * aim.lanes();
        SplittableRandom seeds = new SplittableRandom(aim.seed());
        List<Lane.Result> results = new ArrayList<>();
        for (int round = 1; round <= rounds; round++) {
            List<Lane.Aim> aims = new ArrayList<>();
            for (int lane = 0; lane < aim.lanes(); lane++) {
                aims.add(
                        new Lane.Aim(
                                seeds.nextLong(),
                                share(aim.kills(), parts),
                                share(aim.tasks(), parts),
                                share(aim.perPoint(), parts)));
            }
            Path place = folder.resolve("round-" + round);
            results.addAll(sideBySide(aims, place));
            Summary so = summary(results);
            progress.accept("round " + round + " of " + rounds + ": " + so.sentence());
            if (!so.findings().isEmpty()) {
                return so;
            }
            delete(place);
        }
        return summary(results);
    }

    private static int share(int whole, int parts) {
        return (whole + parts - 1) / parts;
    }

    private List<Lane.Result> sideBySide(List<Lane.Aim> aims, Path place)
            throws IOException, InterruptedException {
        ExecutorService threads = Executors.newFixedThreadPool(aims.size());
        try {
            List<Callable<Lane.Result>> work = new ArrayList<>();
            for (int i = 0; i < aims.size(); i++) {
                Lane lane = new Lane(setting, aims.get(i), place.resolve("lane-" + i), progress);
                work.add(lane::run);
            }
            List<Lane.Result> results = new ArrayList<>();
            for (Future<Lane.Result> one : threads.invokeAll(work)) {
                results.add(one.get());
            }
            return results;
        } catch (ExecutionException e) {
            throw new IOException("a lane broke off: " + e.getCause(), e);
        } finally {
            threads.shutdownNow();
        }
    }

    private Summary summary(List<Lane.Result> results) {
        int random = 0;
        int refused = 0;
        int submitted = 0;
        int acknowledged = 0;
        Map<String, Integer> points = new TreeMap<>();
        List<Long> ready = new ArrayList<>();
        List<Finding> findings = new ArrayList<>();
        for (Lane.Result one : results) {
            random += one.kills();
            refused += one.refused();
            submitted += one.tasks().submitted();
            acknowledged += one.tasks().acknowledged();
            one.atPoints().forEach((point, count) -> points.merge(point, count, Integer::sum));
            ready.addAll(one.readyMillis());
            findings.addAll(one.findings());
        }
        Collections.sort(ready);
        return new Summary(
                aim,
                random,
                points,
                new Lane.Result.Tasks(submitted, acknowledged),
                refused,
                ready,
                findings);
    }

    private static void delete(Path place) throws IOException {
        try (Stream<Path> files = Files.walk(place)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
