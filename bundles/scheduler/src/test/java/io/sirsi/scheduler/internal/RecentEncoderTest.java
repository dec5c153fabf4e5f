package io.sirsi.scheduler.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.sirsi.task.Payload;
import io.sirsi.task.TaskSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;

class RecentEncoderTest {

    private final RecentEncoder encoder = new RecentEncoder();
    private final ByteWriter writer = new ByteWriter(16);

    /** What a writer gets that holds something already. */
    private <T> byte[] written(BiConsumer<ByteWriter, T> write, T value) {
        writer.clear();
        writer.writeString("before");
        write.accept(writer, value);
        return writer.toByteArray();
    }

    @Test
    void sessions_in_turn_are_written_as_the_codec_writes_them() {
        for (var session :
                List.of(Bench.SESSION, Bench.SESSION, Bench.OTHER, Bench.SESSION, Bench.OTHER)) {
            assertThat(written(encoder::writeSession, session))
                    .isEqualTo(written(TaskCodec::writeSession, session));
        }
    }

    @Test
    void more_bases_than_it_remembers_are_written_as_the_codec_writes_them() {
        List<TaskSpec> bases = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            bases.add(new RandomTasks(i).base());
        }
        for (int round = 0; round < 3; round++) {
            for (TaskSpec base : bases) {
                byte[] expected = written(TaskCodec::writeBase, base);
                assertThat(written(encoder::writeBase, base)).isEqualTo(expected);
                assertThat(written(encoder::writeBase, base)).isEqualTo(expected);
            }
        }
    }

    @Test
    void what_only_one_task_has_changes_nothing() {
        TaskSpec base = TaskSpec.of("work").timeout(Duration.ofSeconds(7));
        byte[] expected = written(TaskCodec::writeBase, base);
        assertThat(written(encoder::writeBase, base.input(Payload.json("1")).label("a", "b")))
                .isEqualTo(expected);
        assertThat(written(encoder::writeBase, base.input(Payload.json("2")))).isEqualTo(expected);
    }
}
