package io.sirsi.scheduler.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Also of {@link ByteReader}, which undoes what the writer does. */
class ByteWriterTest {

    private final ByteWriter writer = new ByteWriter(16);

    @Test
    void numbers_come_back_from_every_kind_of_buffer() {
        long[] numbers = {0, 1, 127, 128, -1, 16_383, 16_384, Long.MAX_VALUE, Long.MIN_VALUE};
        for (long number : numbers) {
            writer.writeVarLong(number);
            writer.writeZigZag(number);
            writer.writeLong(number);
            writer.writeVarInt((int) number);
            writer.writeInt((int) number);
        }
        ByteBuffer direct = ByteBuffer.allocateDirect(writer.size());
        direct.put(writer.toByteBuffer()).flip().order(ByteOrder.LITTLE_ENDIAN);

        for (ByteBuffer buffer : List.of(writer.toByteBuffer(), direct)) {
            ByteReader reader = new ByteReader(buffer);
            for (long number : numbers) {
                assertThat(reader.readVarLong()).isEqualTo(number);
                assertThat(reader.readZigZag()).isEqualTo(number);
                assertThat(reader.readLong()).isEqualTo(number);
                assertThat(reader.readVarInt()).isEqualTo((int) number);
                assertThat(reader.readInt()).isEqualTo((int) number);
            }
            assertThat(reader.remaining()).isZero();
        }
    }

    @Test
    void a_number_near_zero_takes_one_byte_on_either_side() {
        writer.writeZigZag(-64);
        writer.writeZigZag(63);

        assertThat(writer.size()).isEqualTo(2);
    }

    @Test
    void texts_are_utf_8_and_come_back_whatever_they_hold() {
        List<String> proper = List.of("", "plain", "Grüße", "Ωμέγα", "漢字", "\ud83d\ude00 und mehr");
        for (String text : proper) {
            writer.clear();
            writer.writeString(text);
            byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
            assertThat(writer.toByteArray()).startsWith(utf8.length).endsWith(utf8);
            assertThat(new ByteReader(writer.toByteArray()).readString()).isEqualTo(text);
        }
        for (String halves : List.of("\ud83d", "\ude00", "\ude00\ud83d", "x\ud83d\ud83d\ude00y")) {
            writer.clear();
            writer.writeString(halves);
            assertThat(new ByteReader(writer.toByteArray()).readString()).isEqualTo(halves);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {31, 32, 33, 200})
    void texts_of_any_length_come_back_with_an_odd_character_anywhere(int length) {
        List<String> odd =
                List.of(
                        "a",
                        "?",
                        "\u0000",
                        "\u007f",
                        "\u0080",
                        "ü",
                        "ÿ",
                        "Ω",
                        "漢",
                        "\uffff",
                        "\ud83d",
                        "\ude00",
                        "\ud83d\ude00",
                        "\ude00\ud83d",
                        "?\ud83d",
                        "\ude00?");
        for (String one : odd) {
            for (int at = 0; at + one.length() <= length; at++) {
                String text = "x".repeat(at) + one + "?".repeat(length - at - one.length());
                comesBack(text);
            }
            comesBack(one.repeat(length).substring(0, length));
        }
    }

    private void comesBack(String text) {
        writer.clear();
        writer.writeByte(7);
        writer.writeString(text);
        writer.writeByte(8);
        ByteReader reader = new ByteReader(writer.toByteArray());
        assertThat(reader.readByte()).isEqualTo(7);
        assertThat(reader.readString()).isEqualTo(text);
        assertThat(reader.readByte()).isEqualTo(8);
        assertThat(reader.remaining()).isZero();
    }

    @Test
    void times_come_back_to_the_nanosecond() {
        List<Instant> instants =
                List.of(Instant.MIN, Instant.EPOCH.minusNanos(1), Instant.EPOCH, Instant.MAX);
        List<Duration> durations =
                List.of(
                        Duration.ofSeconds(Long.MIN_VALUE),
                        Duration.ofNanos(-1),
                        Duration.ofDays(9));
        instants.forEach(writer::writeInstant);
        durations.forEach(writer::writeDuration);
        writer.writeOptionalInstant(Optional.empty());
        writer.writeOptionalInstant(Optional.of(Instant.MAX));
        writer.writeOptionalDuration(Optional.empty());
        writer.writeOptionalDuration(Optional.of(Duration.ZERO));

        ByteReader reader = new ByteReader(writer.toByteArray());
        instants.forEach(instant -> assertThat(reader.readInstant()).isEqualTo(instant));
        durations.forEach(duration -> assertThat(reader.readDuration()).isEqualTo(duration));
        assertThat(reader.readOptionalInstant()).isEmpty();
        assertThat(reader.readOptionalInstant()).contains(Instant.MAX);
        assertThat(reader.readOptionalDuration()).isEmpty();
        assertThat(reader.readOptionalDuration()).contains(Duration.ZERO);
    }

    @Test
    void a_cleared_writer_keeps_its_room_and_gives_it_up_only_when_asked() {
        writer.writeString("x".repeat(10_000));
        byte[] room = writer.array();
        writer.clear();
        writer.writeString("y".repeat(9_000));
        assertThat(writer.array()).isSameAs(room);

        writer.clear(1_000);
        assertThat(writer.capacity()).isEqualTo(1_000);
        assertThat(writer.size()).isZero();
    }

    @Test
    void refuses_a_record_that_ends_too_early() {
        writer.writeLong(7);
        writer.writeString("seven");
        for (int length = 0; length < writer.size(); length++) {
            ByteReader reader = new ByteReader(ByteBuffer.wrap(writer.array(), 0, length));
            assertThatThrownBy(
                            () -> {
                                reader.readLong();
                                reader.readString();
                            })
                    .isInstanceOf(CorruptRecordException.class);
        }
    }

    @Test
    void refuses_a_length_beyond_what_is_left_before_it_makes_room() {
        writer.writeVarInt(Integer.MAX_VALUE);
        refuses(writer.toByteArray(), ByteReader::readString);
        refuses(bytes(0xff, 0xff, 0xff, 0xff, 0x0f), ByteReader::readString);
        refuses(bytes(3, 1, 2, 3, 4, 5), reader -> reader.readCount(2));
    }

    @Test
    void refuses_a_number_that_is_not_in_its_shortest_form() {
        refuses(bytes(0x80, 0x00), ByteReader::readVarInt);
        refuses(bytes(0xff, 0xff, 0xff, 0xff, 0x1f), ByteReader::readVarInt);
        refuses(bytes(0xff, 0xff, 0xff, 0xff, 0xff, 0x01), ByteReader::readVarInt);
        refuses(
                bytes(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02),
                ByteReader::readVarLong);
    }

    @Test
    void refuses_text_that_is_not_utf_8() {
        refuses(bytes(1, 0x80), ByteReader::readString); // a continuation alone
        refuses(bytes(2, 0xc1, 0x81), ByteReader::readString); // longer than needed
        refuses(bytes(3, 0xe0, 0x81, 0x81), ByteReader::readString);
        refuses(bytes(4, 0xf0, 0x81, 0x81, 0x81), ByteReader::readString);
        refuses(bytes(4, 0xf4, 0x90, 0x80, 0x80), ByteReader::readString); // beyond the last one
        refuses(bytes(1, 0xff), ByteReader::readString);
        refuses(bytes(2, 0xe2, 0x82), ByteReader::readString); // cut off
        refuses(bytes(2, 0xc3, 0x41), ByteReader::readString);
        refuses(bytes(6, 0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80), ByteReader::readString); // a pair
    }

    @Test
    void refuses_what_is_neither_yes_nor_no_and_times_that_do_not_exist() {
        refuses(bytes(2), ByteReader::readBoolean);
        refuses(bytes(0, 0x3b, 0x9a, 0xca, 0x00), ByteReader::readInstant);
        writer.writeZigZag(Long.MAX_VALUE);
        writer.writeInt(0);
        refuses(writer.toByteArray(), ByteReader::readInstant);
    }

    private static void refuses(byte[] bytes, java.util.function.Consumer<ByteReader> read) {
        assertThatThrownBy(() -> read.accept(new ByteReader(bytes)))
                .isInstanceOf(CorruptRecordException.class);
        ByteBuffer direct = ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
        assertThatThrownBy(() -> read.accept(new ByteReader(direct)))
                .isInstanceOf(CorruptRecordException.class);
    }

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }
}
