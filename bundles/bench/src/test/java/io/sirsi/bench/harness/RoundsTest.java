package io.sirsi.bench.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RoundsTest {

    private static final Goals GOALS =
            new Goals(Map.of("X/peer", Goal.parse(">= 3"), "X/absent", Goal.parse("<= 2")));

    private final List<String> said = new ArrayList<>();

    @Test
    void makes_the_ratio_within_each_round_and_takes_the_median() {
        Scripted limit = new Scripted("limit", 10, 10, 10, 10, 10, 10);
        Scripted ours = new Scripted(Contender.OURS, 4, 9, 100);
        Scripted peer = new Scripted("peer", 2, 3, 10);
        Row row = only(run(3, limit, ours, peer), "peer");
        assertThat(row.ratio()).isEqualTo(new Row.Ratio(3, 2, 10));
        assertThat(row.compared().ours()).isEqualTo(9);
        assertThat(row.holds()).contains(true);
    }

    @Test
    void repeats_a_round_in_which_the_limit_changed() {
        Scripted limit = new Scripted("limit", 10, 7, 10, 8);
        Scripted ours = new Scripted(Contender.OURS, 1, 50);
        Scripted peer = new Scripted("peer", 1, 10);
        ScenarioResult result = run(1, limit, ours, peer);
        assertThat(result.effort().tried()).isEqualTo(2);
        assertThat(only(result, "peer").ratio().median()).isEqualTo(5);
        assertThat(only(result, "limit").ratio().median()).isEqualTo(50.0 / 9);
        assertThat(said).contains("  round 0 of 1: dropped, the limit changed by 30 %");
    }

    @Test
    void gives_up_after_three_times_as_many_rounds_and_then_no_goal_is_met() {
        Scripted limit = new Scripted("limit", 10, 1, 10, 1, 10, 1);
        Scripted ours = new Scripted(Contender.OURS, 1, 1, 1);
        Scripted peer = new Scripted("peer", 1, 1, 1);
        ScenarioResult result = run(1, limit, ours, peer);
        assertThat(result.effort().tried()).isEqualTo(3);
        Row row = only(result, "peer");
        assertThat(row.holds()).isEmpty();
        assertThat(row.what()).contains("in no round was the limit steady");
        assertThat(row.ratio().median()).isEqualTo(1);
        assertThat(row.json()).endsWith("\"goal\":\">= 3\",\"holds\":null}");
    }

    @Test
    void gives_no_figure_to_one_that_fails_and_closes_it() {
        Scripted limit = new Scripted("limit", 10, 10, 10, 10);
        Scripted ours = new Scripted(Contender.OURS, 1, 1);
        Scripted peer = new Scripted("peer", 1);
        ScenarioResult result = run(2, limit, ours, peer);
        assertThat(result.effort().missing().get("peer")).startsWith("failed: ");
        assertThat(only(result, "peer").measured()).isFalse();
        assertThat(peer.closed).isTrue();
        assertThat(only(result, "limit").measured()).isTrue();
    }

    @Test
    void says_why_one_is_missing_and_does_not_count_its_goal_as_met() {
        Scripted limit = new Scripted("limit", 10, 10);
        Scripted ours = new Scripted(Contender.OURS, 1);
        Scripted absent = new Scripted("absent");
        absent.unavailable = true;
        Row row = only(run(1, limit, ours, absent), "absent");
        assertThat(row.what()).contains("absent skipped: not on this machine");
        assertThat(row.holds()).isEmpty();
    }

    @Test
    void lets_the_limit_go_first_and_last() {
        Scripted limit = new Scripted("limit", 10, 10, 10, 10);
        Scripted ours = new Scripted(Contender.OURS, 1, 1);
        Scripted peer = new Scripted("peer", 1, 1);
        List<String> order = new ArrayList<>();
        limit.order = order;
        ours.order = order;
        peer.order = order;
        run(2, limit, ours, peer);
        assertThat(order).hasSize(8);
        assertThat(List.of(order.get(0), order.get(3), order.get(4), order.get(7)))
                .containsOnly("limit");
    }

    private ScenarioResult run(int rounds, Scripted... contenders) {
        return new Rounds(rounds, 7, GOALS, new Listening()).run(new Script(List.of(contenders)));
    }

    private static Row only(ScenarioResult result, String against) {
        List<Row> rows =
                result.rows().stream()
                        .filter(row -> row.compared().against().equals(against))
                        .toList();
        assertThat(rows).hasSize(1);
        return rows.get(0);
    }

    private final class Listening implements Progress {
        @Override
        public void say(String line) {
            said.add(line);
        }

        @Override
        public void trouble(Throwable failure) {
            said.add(failure.toString());
        }
    }

    private static final class Scripted implements Contender {
        private final String id;
        private final Deque<Double> figures = new ArrayDeque<>();
        private List<String> order = new ArrayList<>();
        private boolean unavailable;
        private boolean closed;

        Scripted(String id, double... figures) {
            this.id = id;
            Arrays.stream(figures).forEach(this.figures::add);
        }

        @Override
        public String id() {
            return id;
        }

        @Override
        public String durability() {
            return "none";
        }

        @Override
        public void start() throws UnavailableException {
            if (unavailable) {
                throw new UnavailableException("not on this machine");
            }
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    private record Script(List<Contender> contenders) implements Scenario {
        @Override
        public String id() {
            return "X";
        }

        @Override
        public String title() {
            return "something";
        }

        @Override
        public List<Measure> measures() {
            return List.of(new Measure("X", "something", "figure", Measure.Unit.PER_SECOND));
        }

        @Override
        public void warmUp(Contender contender) {}

        @Override
        public Figures slice(Contender contender, SplittableRandom random) {
            Scripted scripted = (Scripted) contender;
            scripted.order.add(scripted.id);
            return Figures.of("figure", scripted.figures.remove());
        }
    }
}
