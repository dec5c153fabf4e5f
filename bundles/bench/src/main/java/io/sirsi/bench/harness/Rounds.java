package io.sirsi.bench.harness;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SplittableRandom;

/**
 * Runs a scenario in rounds. In each, the limit goes first and last, and the others between them in
 * an order that is drawn; all ratios are made within a round, so that foreign load hits everyone
 * alike. A round in which the limit itself changed too much says nothing and is repeated.
 */
public final class Rounds {

    private static final double MOST_DRIFT = 0.25;
    private static final int MOST_TRIES_PER_ROUND = 3;

    private final int rounds;
    private final long seed;
    private final Goals goals;
    private final Progress progress;

    /**
     * Makes one.
     *
     * @param rounds how many rounds are to count
     * @param seed of all that is drawn
     * @param goals what the ratios must be
     * @param progress hears how it goes
     */
    public Rounds(int rounds, long seed, Goals goals, Progress progress) {
        this.rounds = rounds;
        this.seed = seed;
        this.goals = goals;
        this.progress = progress;
    }

    /**
     * Runs a scenario; blocks until done.
     *
     * @param scenario which
     * @return what came out
     */
    public ScenarioResult run(Scenario scenario) {
        progress.say(scenario.id() + ": " + scenario.title());
        Field field = new Field(scenario.contenders());
        try (scenario) {
            for (Contender one : scenario.contenders()) {
                field.attempt(
                        one,
                        () -> {
                            progress.say("  warming up " + one.id());
                            one.start();
                            scenario.warmUp(one);
                            return Figures.of("warm", 1);
                        });
            }
            return measure(scenario, field);
        } finally {
            field.closeAll();
        }
    }

    private ScenarioResult measure(Scenario scenario, Field field) {
        Contender limit = scenario.contenders().get(0);
        Random order = new Random(seed);
        SplittableRandom random = new SplittableRandom(seed);
        List<Map<String, Figures>> kept = new ArrayList<>();
        List<Map<String, Figures>> dropped = new ArrayList<>();
        int wanted = Math.min(rounds, scenario.mostRounds());
        int tried = 0;
        while (kept.size() < wanted && tried < wanted * MOST_TRIES_PER_ROUND) {
            tried++;
            List<Contender> others = new ArrayList<>(field.standing());
            others.remove(limit);
            Collections.shuffle(others, order);
            Optional<Figures> first = field.attempt(limit, () -> slice(scenario, limit, random));
            if (first.isEmpty()) {
                break;
            }
            Map<String, Figures> round = new LinkedHashMap<>();
            for (Contender one : others) {
                field.attempt(one, () -> slice(scenario, one, random))
                        .ifPresent(figures -> round.put(one.id(), figures));
            }
            Optional<Figures> last = field.attempt(limit, () -> slice(scenario, limit, random));
            if (last.isEmpty()) {
                break;
            }
            double drift = scenario.drift(first.get(), last.get());
            boolean steady = drift <= MOST_DRIFT;
            round.put(limit.id(), first.get().mean(last.get()));
            (steady ? kept : dropped).add(round);
            progress.say(
                    String.format(
                            "  round %d of %d%s",
                            kept.size(),
                            wanted,
                            steady
                                    ? ""
                                    : String.format(
                                            ": dropped, the limit changed by %.0f %%",
                                            drift * 100)));
        }
        return new ScenarioResult(
                scenario,
                new ScenarioResult.Played(kept, dropped),
                new ScenarioResult.Effort(wanted, tried, field.missing()),
                goals);
    }

    private static Figures slice(Scenario scenario, Contender contender, SplittableRandom random)
            throws Exception {
        // What the one before left is not to be collected on this one's time.
        System.gc();
        return scenario.slice(contender, random.split());
    }

    /** Those who take part, and why the others do not. */
    private final class Field {

        private final List<Contender> standing;
        private final List<Contender> all;
        private final Map<String, String> missing = new LinkedHashMap<>();

        Field(List<Contender> all) {
            this.all = List.copyOf(all);
            this.standing = new ArrayList<>(all);
        }

        List<Contender> standing() {
            return standing;
        }

        Map<String, String> missing() {
            return missing;
        }

        /** One that fails gives no figure, and leaves. */
        Optional<Figures> attempt(Contender contender, Step step) {
            if (!standing.contains(contender)) {
                return Optional.empty();
            }
            try {
                return Optional.of(step.run());
            } catch (UnavailableException e) {
                leave(contender, "skipped: " + e.getMessage());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted", e);
            } catch (Exception | OutOfMemoryError e) {
                leave(contender, "failed: " + e);
                progress.trouble(e);
            }
            return Optional.empty();
        }

        private void leave(Contender contender, String why) {
            progress.say("  " + contender.id() + " " + why);
            missing.put(contender.id(), why);
            standing.remove(contender);
            contender.close();
        }

        void closeAll() {
            for (int i = all.size() - 1; i >= 0; i--) {
                all.get(i).close();
            }
        }
    }

    @FunctionalInterface
    private interface Step {
        Figures run() throws Exception;
    }
}
