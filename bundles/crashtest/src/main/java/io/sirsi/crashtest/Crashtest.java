package io.sirsi.crashtest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.concurrent.TimeUnit;

/** The command {@code ./sirsi crashtest}: a campaign against the scheduler of the product. */
final class Crashtest {

    private static final int MOST_SHOWN = 20;
    private static final int LANES = 2;

    private int kills = 600;
    private int tasks = 60_000;
    private int perPoint = 10;
    private int lanes = LANES;
    private long seed = new SecureRandom().nextInt(Integer.MAX_VALUE);
    private Path folder = Path.of("");

    private Crashtest() {}

    /**
     * Runs a campaign, prints what it did, and ends with 0 if every promise was kept, 1 if one was
     * broken, and 2 for an option that makes no sense.
     *
     * @param args {@code --kills N --tasks N --per-point N --lanes N --seed N --folder FOLDER}
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        Crashtest wish = new Crashtest();
        try {
            wish.read(args);
        } catch (IllegalArgumentException e) {
            System.err.println("crashtest: " + e.getMessage());
            System.exit(2);
        }
        System.exit(wish.run() ? 0 : 1);
    }

    private void read(String[] args) {
        for (int i = 0; i < args.length; i += 2) {
            if (i + 1 == args.length) {
                throw new IllegalArgumentException("'" + args[i] + "' needs a value.");
            }
            String value = args[i + 1];
            switch (args[i]) {
                case "--kills" -> kills = number(args[i], value);
                case "--tasks" -> tasks = number(args[i], value);
                case "--per-point" -> perPoint = number(args[i], value);
                case "--lanes" -> lanes = Math.max(1, number(args[i], value));
                case "--seed" -> seed = Long.parseLong(value);
                case "--folder" -> folder = Path.of(value);
                default ->
                        throw new IllegalArgumentException(
                                "'"
                                        + args[i]
                                        + "' is no option; there are --kills, --tasks,"
                                        + " --per-point, --lanes, --seed and --folder.");
            }
        }
    }

    private static int number(String option, String value) {
        try {
            int number = Integer.parseInt(value);
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            // The sentence below says it.
        }
        throw new IllegalArgumentException(option + " is a whole number from 0: '" + value + "'.");
    }

    private boolean run() throws IOException, InterruptedException {
        if (folder.toString().isEmpty()) {
            folder = Files.createTempDirectory("sirsi-crashtest-");
        }
        System.out.printf(
                "crashtest: seed %d, at least %,d kills and %,d tasks, in %s%n",
                seed, kills, tasks, folder);
        long began = System.nanoTime();
        Campaign.Summary summary =
                Campaign.againstTheScheduler(
                                new Campaign.Aim(seed, kills, tasks, perPoint, lanes),
                                folder,
                                System.out::println)
                        .run();
        summary.atPoints().forEach((point, count) -> System.out.printf("%6d  %s%n", count, point));
        summary.findings().stream().limit(MOST_SHOWN).forEach(System.out::println);
        System.out.println(
                summary.sentence()
                        + "; took "
                        + TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began)
                        + " s");
        if (!summary.findings().isEmpty()) {
            System.out.println("crashtest: the histories are in " + folder);
        }
        return summary.findings().isEmpty();
    }
}
