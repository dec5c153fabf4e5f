package io.sirsi.bench;

import io.sirsi.bench.harness.Goals;
import io.sirsi.bench.harness.Progress;
import io.sirsi.bench.harness.Report;
import io.sirsi.bench.harness.Rounds;
import io.sirsi.bench.harness.Row;
import io.sirsi.bench.harness.Scenario;
import io.sirsi.bench.harness.ScenarioResult;
import io.sirsi.bench.harness.WorkFolder;
import io.sirsi.bench.scenario.SchedulerScenarios;
import io.sirsi.bench.wasm.WasmScenarios;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.openjdk.jmh.Main;

/** The command: {@code ./sirsi bench scheduler}, {@code wasm}, {@code micro}. */
public final class Bench {

    private static final String USAGE =
            """
            usage: ./sirsi bench scheduler [--rows T1,D1] [--rounds N] [--quick] [--json] [--report FILE]
                                           [--seed N] [--data FOLDER]
                   ./sirsi bench wasm [the same options]
                   ./sirsi bench micro [options of JMH]

            scheduler   the scheduler and its journal beside the physical limit and their peers, in one run
              --rows      only rows whose id begins so: T1 T2 T3-1k T3-5k T4 D1-1 D1-32 D1-256 D2 D3
                          logs memory memory-bare recovery
              --rounds    how many rounds are to count (default: 7; 3 with --quick)
              --quick     short slices: roughly where things are, not a result
              --json      one line of JSON for each row instead of Markdown on standard output
              --report    writes the Markdown to this file, too
              --seed      of the order within rounds and of the priorities (default: drawn, and printed)
              --data      where durable contenders write (default: beside the benchmarks' jar)
            wasm        the loader of WebAssembly beside the engines as they come; its rows:
                          pool call task reload reload-200, each with -endive and -wasmtime,
                          instances compute-node compute-full admission
            micro       single steps, by JMH

            exit code: 0 done, 1 wrong use or failed, 4 a goal does not hold, 5 one could not be measured
            """;

    private static final int MISSED = 4;
    private static final int NOT_MEASURED = 5;

    private Bench() {}

    /**
     * Runs benchmarks.
     *
     * @param arguments see the usage
     * @throws Exception where it fails
     */
    public static void main(String[] arguments) throws Exception {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        PrintStream err = new PrintStream(System.err, true, StandardCharsets.UTF_8);
        List<String> words = List.of(arguments);
        if (words.isEmpty() || words.contains("--help") || words.contains("-h")) {
            out.print(USAGE);
            return;
        }
        List<String> rest = words.subList(1, words.size());
        int code;
        switch (words.get(0)) {
            case "scheduler" ->
                    code =
                            run(
                                    "Benchmark of the scheduler",
                                    (folder, effort) ->
                                            new SchedulerScenarios(folder, effort).all(),
                                    rest,
                                    out,
                                    err);
            case "wasm" ->
                    code =
                            run(
                                    "Benchmark of the loader of WebAssembly",
                                    (folder, effort) -> new WasmScenarios(folder, effort).all(),
                                    rest,
                                    out,
                                    err);
            case "micro" -> {
                Main.main(rest.toArray(String[]::new));
                code = 0;
            }
            default -> {
                err.println(
                        "sirsi: '" + words.get(0) + "' is no benchmark; see ./sirsi bench --help.");
                code = 1;
            }
        }
        // Threads of peers that do not end themselves must not keep the command from ending.
        System.exit(code);
    }

    /** What a benchmark consists of. */
    @FunctionalInterface
    private interface Scenarios {
        List<Scenario> of(WorkFolder folder, SchedulerScenarios.Effort effort);
    }

    private static int run(
            String title, Scenarios scenarios, List<String> words, PrintStream out, PrintStream err)
            throws IOException {
        Options options;
        try {
            options = Options.parse(words);
        } catch (IllegalArgumentException e) {
            err.println("sirsi: " + e.getMessage());
            return 1;
        }
        WorkFolder folder = new WorkFolder(options.data());
        List<Scenario> chosen =
                scenarios.of(folder, options.effort()).stream()
                        .filter(scenario -> options.wants(scenario.id()))
                        .collect(Collectors.toList());
        if (chosen.isEmpty()) {
            err.println(
                    "sirsi: no row begins with "
                            + String.join(" or ", options.rows())
                            + "; see ./sirsi bench --help.");
            return 1;
        }
        Circumstances circumstances = new Circumstances(options, folder);
        circumstances.before().forEach(err::println);
        circumstances.warning().ifPresent(err::println);
        Rounds rounds =
                new Rounds(options.rounds(), options.seed(), goals(), new StreamProgress(err));
        List<ScenarioResult> results = new ArrayList<>();
        List<Row> rows = new ArrayList<>();
        for (Scenario scenario : chosen) {
            ScenarioResult result = rounds.run(scenario);
            results.add(result);
            rows.addAll(result.rows());
            if (options.json()) {
                result.rows().forEach(row -> out.println(row.json()));
            }
        }
        Report report = new Report(title, circumstances.after()).ratios(rows);
        results.forEach(report::figures);
        if (!options.json()) {
            out.print(report);
        }
        if (options.report() != null) {
            Files.writeString(options.report(), report.toString());
        }
        if (!rows.stream().allMatch(row -> row.holds().orElse(true))) {
            return MISSED;
        }
        return rows.stream().allMatch(row -> row.goal().isEmpty() || row.counts())
                ? 0
                : NOT_MEASURED;
    }

    private static Goals goals() throws IOException {
        try (InputStream source = Bench.class.getResourceAsStream("goals.properties")) {
            if (source == null) {
                throw new IOException("goals.properties is not in the jar");
            }
            return Goals.read(source);
        }
    }

    private record StreamProgress(PrintStream err) implements Progress {
        @Override
        public void say(String line) {
            err.println(line);
        }

        @Override
        public void trouble(Throwable failure) {
            failure.printStackTrace(err);
        }
    }
}
