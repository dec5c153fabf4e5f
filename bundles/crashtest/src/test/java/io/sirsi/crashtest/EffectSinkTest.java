package io.sirsi.crashtest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EffectSinkTest {

    private static final long SEED = 5;

    @TempDir Path folder;
    private final BlockingQueue<Line> said = new LinkedBlockingQueue<>();
    private Child sink;
    private SinkClient victim;
    private int port;

    @BeforeEach
    void listen() throws Exception {
        JavaCommand java = JavaCommand.here(true, folder.resolve("none.jsa"));
        sink =
                new Child(
                        java.run(EffectSink.class, Long.toString(SEED), ledger().toString()),
                        folder.resolve("sink.err"),
                        said::add,
                        code -> {});
        port = (int) said.poll(30, TimeUnit.SECONDS).number("port");
        victim = new SinkClient(port);
    }

    @AfterEach
    void leave() throws Exception {
        victim.close();
        sink.leave();
    }

    private Path ledger() {
        return folder.resolve("sink.jsonl");
    }

    @Test
    void has_an_effect_once_for_a_key() throws Exception {
        String ref = patient();

        assertThat(ask("k", ref, 1)).isEqualTo("done");
        assertThat(ask("k", ref, 2)).isEqualTo("again");
        assertThat(ledgerLines())
                .extracting(line -> line.number("applied"))
                .containsExactly(1L, 0L);
    }

    @Test
    void refuses_a_fence_older_than_one_that_it_has_seen() throws Exception {
        String ref = patient();
        ask("k", ref, 9);

        assertThat(ask("other", ref, 8)).isEqualTo("stale");
        assertThat(ledgerLines()).last().extracting(line -> line.number("applied")).isEqualTo(0L);
    }

    @Test
    void has_the_effect_and_says_that_it_failed_where_the_seed_wants_that() throws Exception {
        String ref = refs(1).get(0);

        assertThat(ask("k", ref, 1)).isEqualTo("failed");
        assertThat(ask("k", ref, 2)).isEqualTo("again");
        assertThat(ledgerLines())
                .extracting(line -> line.number("applied"))
                .containsExactly(1L, 0L);
    }

    @Test
    void what_a_dead_victim_said_is_in_the_ledger_before_the_next_is_heard() throws Exception {
        victim.tell(Line.of("begin").with("ref", "first"));
        victim.close();
        victim = new SinkClient(port);
        ask("k", patient(), 1);

        assertThat(ledgerLines()).extracting(Line::event).containsExactly("begin", "effect");
    }

    private String ask(String key, String ref, long fence) throws Exception {
        return victim.effect(
                        Line.of("effect")
                                .with("key", key)
                                .with("ref", ref)
                                .with("task", "t")
                                .with("hash", ref)
                                .with("fence", fence))
                .get(30, TimeUnit.SECONDS);
    }

    private static String patient() {
        return refs(0).get(0);
    }

    private static List<String> refs(int failures) {
        return IntStream.range(0, 1_000)
                .mapToObj(i -> "r" + i)
                .filter(ref -> SinkMood.of(SEED, ref).failures() == failures)
                .toList();
    }

    private List<Line> ledgerLines() throws Exception {
        List<Line> lines = new ArrayList<>();
        for (String text : Files.readAllLines(ledger())) {
            lines.add(Line.parse(text));
        }
        return lines;
    }
}
