package io.sirsi.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;

final class AnswerStreamTest {

    private static final String NONCE = "n0nce";

    private final ByteArrayOutputStream passed = new ByteArrayOutputStream();
    private final AnswerStream answer = new AnswerStream(passed, NONCE);

    @Test
    void an_answer_goes_through_and_its_end_is_taken_out() throws Exception {
        write("hello\n" + end(0, ""));

        assertThat(passed()).isEqualTo("hello\n");
        assertThat(answer.told()).contains(new AnswerStream.End(0, ""));
    }

    @Test
    void the_end_is_found_however_the_bytes_arrive() throws Exception {
        for (byte letter : ("hello" + end(2, "näh.")).getBytes(StandardCharsets.UTF_8)) {
            answer.write(letter);
        }

        assertThat(passed()).isEqualTo("hello");
        assertThat(answer.told()).contains(new AnswerStream.End(2, "näh."));
    }

    @Test
    void what_looks_like_an_end_but_has_another_nonce_goes_through() throws Exception {
        String hostile = "\u0001\u0001n0nc\u0001other 0 \n";
        write(hostile + end(1, "x"));

        assertThat(passed()).isEqualTo(hostile);
        assertThat(answer.told()).contains(new AnswerStream.End(1, "x"));
    }

    @Test
    void an_answer_without_an_end_says_so() throws Exception {
        write("cut off");

        assertThat(answer.told()).isEmpty();
    }

    private void write(String text) throws IOException {
        answer.write(text.getBytes(StandardCharsets.UTF_8));
    }

    private String passed() {
        return passed.toString(StandardCharsets.UTF_8);
    }

    private static String end(int exitCode, String complaint) {
        return "\u0001"
                + NONCE
                + " "
                + exitCode
                + " "
                + Base64.getEncoder().encodeToString(complaint.getBytes(StandardCharsets.UTF_8))
                + "\n";
    }
}
