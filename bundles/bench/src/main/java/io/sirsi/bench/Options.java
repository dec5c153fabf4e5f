package io.sirsi.bench;

import io.sirsi.bench.scenario.SchedulerScenarios.Effort;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * What was asked for.
 *
 * @param rows how the ids of wanted scenarios begin; empty for all
 * @param rounds how many rounds are to count
 * @param effort how long it may take
 * @param output where the result goes
 * @param seed of all that is drawn
 * @param data where durable contenders write
 */
record Options(List<String> rows, int rounds, Effort effort, Output output, long seed, Path data) {

    /**
     * Where the result goes.
     *
     * @param json lines of JSON on standard output instead of Markdown
     * @param report a file for the Markdown
     */
    record Output(boolean json, @Nullable Path report) {}

    static Options parse(List<String> words) {
        List<String> rows = List.of();
        int rounds = 0;
        boolean quick = false;
        boolean json = false;
        Path report = null;
        Path data = null;
        long seed = new Random().nextInt(1_000_000);
        Iterator<String> rest = words.iterator();
        while (rest.hasNext()) {
            String word = rest.next();
            switch (word) {
                case "--quick" -> quick = true;
                case "--json" -> json = true;
                case "--rows" -> rows = List.of(after(word, rest).split(","));
                case "--rounds" -> rounds = number(word, after(word, rest));
                case "--seed" -> seed = number(word, after(word, rest));
                case "--report" -> report = Path.of(after(word, rest));
                case "--data" -> data = Path.of(after(word, rest));
                default ->
                        throw new IllegalArgumentException(
                                "'" + word + "' is no option; see ./sirsi bench --help.");
            }
        }
        return new Options(
                rows,
                rounds > 0 ? rounds : quick ? 3 : 7,
                quick ? Effort.QUICK : Effort.FULL,
                new Output(json, report),
                seed,
                data != null ? data : besideTheJar());
    }

    private static String after(String word, Iterator<String> rest) {
        if (!rest.hasNext()) {
            throw new IllegalArgumentException(word + " needs a value; see ./sirsi bench --help.");
        }
        return rest.next();
    }

    private static int number(String word, String value) {
        try {
            int number = Integer.parseInt(value);
            if (number > 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Told below, in the words of the person who typed it.
        }
        throw new IllegalArgumentException(word + " needs a whole number above 0: '" + value + "'");
    }

    private static Path besideTheJar() {
        try {
            Path code =
                    Path.of(
                            Options.class
                                    .getProtectionDomain()
                                    .getCodeSource()
                                    .getLocation()
                                    .toURI());
            Path folder = code.getParent();
            if (folder != null && Files.isWritable(folder)) {
                return folder.resolve("bench-data");
            }
        } catch (URISyntaxException e) {
            // A class path of that kind has no folder beside it.
        }
        return Path.of(System.getProperty("java.io.tmpdir")).resolve("bench-data");
    }

    boolean wants(String id) {
        String one = id.toUpperCase(Locale.ROOT);
        return rows.isEmpty()
                || rows.stream().anyMatch(row -> one.startsWith(row.toUpperCase(Locale.ROOT)));
    }

    boolean json() {
        return output.json();
    }

    @Nullable Path report() {
        return output.report();
    }
}
