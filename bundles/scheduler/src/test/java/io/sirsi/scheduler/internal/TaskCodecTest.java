package io.sirsi.scheduler.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sirsi.agent.AgentFailure;
import io.sirsi.agent.AgentId;
import io.sirsi.session.SessionId;
import io.sirsi.task.AgentConstraint;
import io.sirsi.task.Delivery;
import io.sirsi.task.Join;
import io.sirsi.task.ParentFailure;
import io.sirsi.task.Payload;
import io.sirsi.task.Priority;
import io.sirsi.task.Recurrence;
import io.sirsi.task.RetryPolicy;
import io.sirsi.task.TaskId;
import io.sirsi.task.TaskSpec;
import io.sirsi.task.TaskState;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class TaskCodecTest {

    private static final TaskSpec SCAN =
            TaskSpec.of("infrastructure-scan")
                    .priority(Priority.HIGH)
                    .constraint(AgentConstraint.requireCapability("aws"))
                    .constraint(AgentConstraint.preferAgent(new AgentId("berlin-1")))
                    .timeout(Duration.ofMinutes(30))
                    .queueTimeout(Duration.ofHours(1))
                    .retry(
                            new RetryPolicy(
                                    5,
                                    Duration.ofMillis(500),
                                    Duration.ofMinutes(1),
                                    RetryPolicy.Backoff.EXPONENTIAL))
                    .delivery(Delivery.AT_MOST_ONCE)
                    .join(Join.ANY_OF)
                    .onParentFailure(ParentFailure.RUN)
                    .notBefore(Instant.parse("2026-12-01T06:00:00Z"))
                    .delay(Duration.ofSeconds(10))
                    .recurring(
                            new Recurrence.Cron(
                                    "0 6 * * 1",
                                    ZoneId.of("Europe/Berlin"),
                                    Recurrence.Misfire.SKIP))
                    .limitKey("aws/123456789012/eu-west-1/ec2")
                    .heartbeatTimeout(Duration.ofSeconds(30));

    private static final TaskSpec OWN =
            SCAN.after(TaskId.of(1, 2))
                    .afterAnyEnd(TaskId.of(-1, -2))
                    .input(Payload.json("{\"account\":\"Zürich\"}"))
                    .label("team", "blue")
                    .label("env", "prod")
                    .idempotencyKey("scan-2026-12-01")
                    .traceParent("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");

    private final ByteWriter writer = new ByteWriter(256);

    @Test
    void every_shape_comes_back_as_it_was() {
        for (long seed = 0; seed < 10_000; seed++) {
            RandomTasks tasks = new RandomTasks(seed);
            TaskSpec base = tasks.base();
            TaskSpec spec = tasks.owning(base);
            TaskState.Ended ended = tasks.ended();
            AgentFailure failure = tasks.failure();
            Payload payload = tasks.payload();
            SessionId session = tasks.session();
            writer.clear();
            TaskCodec.writeBase(writer, spec);
            TaskCodec.writeOwn(writer, spec);
            TaskCodec.writeEnded(writer, ended);
            TaskCodec.writeFailure(writer, failure);
            TaskCodec.writePayload(writer, payload);
            TaskCodec.writeSession(writer, session);

            ByteReader reader = new ByteReader(writer.toByteBuffer());
            TaskSpec readBase = TaskCodec.readBase(reader);
            TaskSpec readSpec = TaskCodec.readOwn(reader, readBase);
            assertThat(readBase).as("seed %d", seed).isEqualTo(base);
            assertThat(readSpec).as("seed %d", seed).isEqualTo(spec);
            assertThat(readSpec.base()).as("seed %d", seed).isSameAs(readBase);
            assertThat(TaskCodec.readEnded(reader)).as("seed %d", seed).isEqualTo(ended);
            assertThat(TaskCodec.readFailure(reader)).as("seed %d", seed).isEqualTo(failure);
            assertThat(TaskCodec.readPayload(reader)).as("seed %d", seed).isEqualTo(payload);
            assertThat(TaskCodec.readSession(reader)).as("seed %d", seed).isEqualTo(session);
            assertThat(reader.remaining()).as("seed %d", seed).isZero();
        }
    }

    @Test
    void equal_specifications_are_equal_bytes_and_others_are_not() {
        for (long seed = 0; seed < 5_000; seed++) {
            byte[] one = base(new RandomTasks(seed).base());
            TaskSpec read = TaskCodec.readBase(new ByteReader(one));
            assertThat(base(read)).as("seed %d", seed).isEqualTo(one);
            assertThat(base(new RandomTasks(seed).base())).isEqualTo(one);
            assertThat(base(read.timeout(read.timeout().plusNanos(1).dividedBy(2))))
                    .isNotEqualTo(one);
        }
    }

    @Test
    void labels_are_written_in_one_order_however_they_were_given() {
        TaskSpec forwards = TaskSpec.of("t");
        TaskSpec backwards = TaskSpec.of("t");
        for (int i = 0; i < 30; i++) {
            forwards = forwards.label("k" + i, "v" + i);
            backwards = backwards.label("k" + (29 - i), "v" + (29 - i));
        }
        assertThat(own(forwards)).isEqualTo(own(backwards));
        assertThat(own(TaskSpec.of("t").label("a", "1").label("b", "2").label("c", "3")))
                .isEqualTo(own(TaskSpec.of("t").label("c", "3").label("a", "1").label("b", "2")));
    }

    @Test
    void a_task_without_anything_of_its_own_is_its_base() {
        TaskSpec base = TaskSpec.of("t");

        assertThat(own(base)).hasSize(1);
        assertThat(TaskCodec.readOwn(new ByteReader(own(base)), base)).isSameAs(base);
        assertThat(TaskCodec.readOwn(new ByteReader(own(base)), OWN)).isSameAs(SCAN);
    }

    /** What version 1 wrote must be read for ever; if this fails, the version must be raised. */
    @Test
    void version_1_is_these_bytes() {
        assertThat(HexFormat.of().formatHex(base(SCAN)))
                .isEqualTo(
                        "2013696e6672617374727563747572652d7363616e030201036177730908"
                                + "6265726c696e2d31901c0001a03800050080cab5ee0178000202020301c0"
                                + "89f3b00d0000000014000209302036202a202a20310d4575726f70652f42"
                                + "65726c696e02011e6177732f3132333435363738393031322f65752d7765"
                                + "73742d312f656332013c00");
        assertThat(HexFormat.of().formatHex(own(OWN)))
                .isEqualTo(
                        "3f020000000000000001000000000000000201ffffffffffffffffffffff"
                                + "fffffffffe0221157b226163636f756e74223a225ac3bc72696368227d02"
                                + "03656e760470726f64047465616d04626c75650f7363616e2d323032362d"
                                + "31322d30313730302d306166373635313931366364343364643834343865"
                                + "62323131633830333139632d623761643662373136393230333333312d30"
                                + "31");
        assertThat(ended(new TaskState.Succeeded(Instant.ofEpochSecond(1, 2), Payload.json("{}"))))
                .isEqualTo("21020000000221027b7d");
        assertThat(
                        ended(
                                new TaskState.Failed(
                                        Instant.ofEpochSecond(1, 2),
                                        AgentFailure.throttled(
                                                "slow down", Optional.of(Duration.ofSeconds(3))))))
                .isEqualTo("2202000000022209736c6f7720646f776e010600");
        assertThat(ended(new TaskState.Cancelled(Instant.ofEpochSecond(-1), "by me")))
                .isEqualTo("230100000000056279206d65");
        assertThat(ended(new TaskState.TimedOut(Instant.EPOCH, "slow")))
                .isEqualTo("24000000000004736c6f77");
        assertThat(ended(new TaskState.Quarantined(Instant.EPOCH, AgentFailure.gone("gone"))))
                .isEqualTo("2500000000002504676f6e6500");
        assertThat(ended(new TaskState.Unknown(Instant.EPOCH, "who knows")))
                .isEqualTo("2600000000000977686f206b6e6f7773");
    }

    @Test
    void every_choice_has_a_code_that_stays() {
        assertThat(codes(Priority.values(), p -> base(TaskSpec.of("t").priority(p))))
                .containsExactly(1, 2, 3, 4, 5);
        assertThat(codes(Delivery.values(), d -> base(TaskSpec.of("t").delivery(d))))
                .containsExactly(1, 2, 3);
        assertThat(codes(Join.values(), j -> base(TaskSpec.of("t").join(j)))).containsExactly(1, 2);
        assertThat(codes(ParentFailure.values(), p -> base(TaskSpec.of("t").onParentFailure(p))))
                .containsExactly(1, 2, 3);
        assertThat(
                        codes(
                                RetryPolicy.Backoff.values(),
                                b ->
                                        base(
                                                TaskSpec.of("t")
                                                        .retry(
                                                                new RetryPolicy(
                                                                        1,
                                                                        Duration.ZERO,
                                                                        Duration.ZERO,
                                                                        b)))))
                .containsExactly(1, 2, 3);
        assertThat(
                        codes(
                                Recurrence.Misfire.values(),
                                m ->
                                        base(
                                                TaskSpec.of("t")
                                                        .recurring(
                                                                new Recurrence.Every(
                                                                        Duration.ofDays(1), m)))))
                .containsExactly(1, 2, 3);
        assertThat(codes(AgentFailure.Code.values(), c -> failure(AgentFailure.of(c, ""))))
                .containsExactly(
                        0x21, 0x22, 0x23, 0x24, 0x25, 0x26, 0x27, 0x28, 0x29, 0x2a, 0x2b, 0x2c);
    }

    @Test
    void refuses_codes_that_nobody_gave_away() {
        refuses(bytes(0x40), TaskCodec::readBase); // a version to come
        refuses(bytes(0x21), TaskCodec::readBase);
        refuses(bytes(0x20, 1, 't', 6), TaskCodec::readBase);
        refuses(bytes(0x20, 1, 'T', 1), TaskCodec::readBase);
        refuses(bytes(0x20, 1, 't', 1, 1, 12, 1, 'a'), TaskCodec::readBase);
        refuses(bytes(0x2d, 0, 0), TaskCodec::readFailure);
        refuses(bytes(0x20, 0, 0), TaskCodec::readFailure);
        refuses(bytes(0x24, 1, 'x'), TaskCodec::readPayload);
        refuses(bytes(0x27, 0, 0, 0, 0, 0, 0), TaskCodec::readEnded);
        refuses(bytes(0x22, 1, 'x'), TaskCodec::readSession);
    }

    @Test
    void refuses_a_second_form_of_the_same_value() {
        refuses(bytes(0x22, 0), TaskCodec::readPayload); // no fields is nothing
        refuses(bytes(0x22, 0x20), from -> TaskCodec.readOwn(from, SCAN)); // no input is left out
        refuses(bytes(0x21, 0), from -> TaskCodec.readOwn(from, SCAN)); // no dependencies, too
        refuses(
                bytes(0x24, 2, 1, 'b', 0, 1, 'a', 0),
                from -> TaskCodec.readOwn(from, SCAN)); // labels in order
        refuses(bytes(0x24, 2, 1, 'a', 0, 1, 'a', 0), from -> TaskCodec.readOwn(from, SCAN));
        writer.clear();
        writer.writeByte(0x21);
        writer.writeString("s-" + "0".repeat(26));
        refuses(writer.toByteArray(), TaskCodec::readSession);
    }

    @Test
    void does_not_quote_a_value_that_it_refuses() {
        writer.clear();
        writer.writeByte(0x28);
        writer.writeString("secret key");

        assertThatThrownBy(() -> TaskCodec.readOwn(new ByteReader(writer.toByteArray()), SCAN))
                .isInstanceOf(CorruptRecordException.class)
                .hasNoCause()
                .message()
                .doesNotContain("secret");
    }

    @Test
    void a_mutation_is_refused_or_is_another_value_and_nothing_else() {
        SplittableRandom random = new SplittableRandom(20261125);
        int refused = 0;
        for (int i = 0; i < 100_000; i++) {
            RandomTasks tasks = new RandomTasks(i);
            TaskSpec spec = tasks.owning(tasks.base());
            writer.clear();
            TaskCodec.writeBase(writer, spec);
            TaskCodec.writeOwn(writer, spec);
            TaskCodec.writeEnded(writer, tasks.ended());
            TaskCodec.writeSession(writer, tasks.session());
            byte[] mutant = mutate(writer.toByteArray(), random);
            try {
                ByteReader reader = new ByteReader(mutant);
                TaskSpec base = TaskCodec.readBase(reader);
                TaskSpec read = TaskCodec.readOwn(reader, base);
                TaskState.Ended ended = TaskCodec.readEnded(reader);
                SessionId session = TaskCodec.readSession(reader);
                writer.clear();
                TaskCodec.writeBase(writer, read);
                TaskCodec.writeOwn(writer, read);
                TaskCodec.writeEnded(writer, ended);
                TaskCodec.writeSession(writer, session);
                assertThat(writer.toByteArray())
                        .as("what is read has no other form, mutation %d", i)
                        .isEqualTo(Arrays.copyOf(mutant, mutant.length - reader.remaining()));
            } catch (CorruptRecordException e) {
                refused++;
            }
        }
        assertThat(refused).isBetween(50_000, 99_000);
    }

    private static byte[] mutate(byte[] bytes, SplittableRandom random) {
        int at = random.nextInt(bytes.length);
        switch (random.nextInt(5)) {
            case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> bytes[at] = (byte) random.nextInt(256);
            case 2 -> {
                return Arrays.copyOf(bytes, at);
            }
            case 3 -> {
                for (int i = at; i < Math.min(bytes.length, at + 8); i++) {
                    bytes[i] = (byte) random.nextInt(256);
                }
            }
            default -> {
                for (int i = at; i < Math.min(bytes.length, at + 5); i++) {
                    bytes[i] = (byte) 0xff;
                }
            }
        }
        return bytes;
    }

    /** The one byte in which the forms of a choice differ. */
    private static <T> List<Integer> codes(T[] values, Function<T, byte[]> write) {
        byte[] first = write.apply(values[0]);
        byte[] second = write.apply(values[1]);
        int at = Arrays.mismatch(first, second);
        return Arrays.stream(values).map(value -> write.apply(value)[at] & 0xff).toList();
    }

    private static void refuses(byte[] bytes, Function<ByteReader, Object> read) {
        assertThatThrownBy(() -> read.apply(new ByteReader(bytes)))
                .isInstanceOf(CorruptRecordException.class);
    }

    private byte[] base(TaskSpec spec) {
        return written(TaskCodec::writeBase, spec);
    }

    private byte[] own(TaskSpec spec) {
        return written(TaskCodec::writeOwn, spec);
    }

    private byte[] failure(AgentFailure failure) {
        return written(TaskCodec::writeFailure, failure);
    }

    private String ended(TaskState.Ended ended) {
        return HexFormat.of().formatHex(written(TaskCodec::writeEnded, ended));
    }

    private <T> byte[] written(BiConsumer<ByteWriter, T> write, T value) {
        writer.clear();
        write.accept(writer, value);
        return writer.toByteArray();
    }

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }
}
