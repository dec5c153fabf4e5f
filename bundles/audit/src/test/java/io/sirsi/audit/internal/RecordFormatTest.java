package io.sirsi.audit.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sirsi.audit.AuditAction;
import io.sirsi.audit.AuditOutcome;
import io.sirsi.audit.AuditRecord;
import io.sirsi.audit.internal.Draft.Subject;
import io.sirsi.audit.internal.RecordFormat.Stored;
import io.sirsi.security.Caller;
import io.sirsi.security.Permission;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordFormatTest {

    private static final Subject SUBJECT = new Subject("ada", "agent:spawn:aws");

    private final RecordFormat format = new RecordFormat();

    private byte[] line(AuditRecord.Entry entry) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        format.write(Link.GENESIS, Trails.NOON, new Draft(entry, SUBJECT), out);
        return out.toByteArray();
    }

    private Stored read(byte[] line) throws IOException {
        return format.read(Arrays.copyOf(line, line.length - 1));
    }

    private static AuditRecord.Intent intent(String target, Map<String, String> detail) {
        return new AuditRecord.Intent(
                new AuditAction(
                        new Caller("ada", "shell"),
                        Permission.of("agent:spawn:aws"),
                        target,
                        detail));
    }

    @Test
    void a_record_is_one_line_of_json_whose_keys_have_an_order() {
        Map<String, String> detail = new HashMap<>();
        detail.put("region", "eu-west-1");
        detail.put("account", "prod");

        String line = new String(line(intent("aws-1", detail)), StandardCharsets.US_ASCII);

        assertThat(line)
                .matches(
                        "\\{\"seq\":1,\"at\":\"2026-11-22T12:00:00\\.123456Z\",\"kind\":\"intent\","
                                + "\"caller\":\"ada\",\"door\":\"shell\","
                                + "\"permission\":\"agent:spawn:aws\",\"target\":\"aws-1\","
                                + "\"detail\":\\{\"account\":\"prod\",\"region\":\"eu-west-1\"},"
                                + "\"hash\":\"[0-9a-f]{64}\"}\n");
    }

    @Test
    void the_hash_is_what_the_documentation_says() throws Exception {
        String line = new String(line(intent("aws-1", Map.of())), StandardCharsets.US_ASCII);
        int end = line.lastIndexOf(",\"hash\"");
        String before = "0".repeat(64);

        byte[] expected =
                MessageDigest.getInstance("SHA-256")
                        .digest(
                                (before + line.substring(0, end))
                                        .getBytes(StandardCharsets.US_ASCII));

        assertThat(line).contains("\"hash\":\"" + HexFormat.of().formatHex(expected) + "\"}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "plain",
                "two\r\nlines\n",
                "\u001b[2J\u001b[31mred\u0007\b\u007f",
                "\"},\"hash\":\"0000\"}\n{\"seq\":2,\"kind\":\"remark\"",
                "\\\\\" \\u0022 \\n",
                "abc\u202Etxt.exe\u2066\u2069\u200f",
                "\u0000\u0001\u001f\u0080\u0085\u009f\u2028\u2029\ufeff",
                "naïve \uD83D\uDE80 漢字",
            })
    void a_field_comes_back_as_it_was_and_harms_no_terminal(String text) throws IOException {
        AuditRecord.Intent intent = intent(text, Map.of("key" + text, text));

        byte[] line = line(intent);

        assertThat(line[line.length - 1]).isEqualTo((byte) '\n');
        for (int i = 0; i < line.length - 1; i++) {
            assertThat(line[i]).as("byte %d", i).isBetween((byte) ' ', (byte) '~');
        }
        Stored stored = read(line);
        assertThat(stored.record().entry()).isEqualTo(intent);
        assertThat(stored.record().at()).isEqualTo(Trails.NOON);
        assertThat(stored.subject()).isEqualTo(SUBJECT);
    }

    @Test
    void half_characters_come_back_from_a_value_and_are_replaced_in_a_key() throws IOException {
        String text = "lone \uD800 surrogates \uDC00";

        AuditRecord.Intent intent =
                (AuditRecord.Intent) read(line(intent(text, Map.of(text, text)))).record().entry();

        assertThat(intent.action().target()).isEqualTo(text);
        assertThat(intent.action().detail())
                .containsExactly(Map.entry("lone \ufffd surrogates \ufffd", text));
    }

    @Test
    void results_and_remarks_come_back_as_they_were() throws IOException {
        AuditRecord.Result result = new AuditRecord.Result(7, AuditOutcome.DENIED, "no\nway");
        AuditRecord.Remark remark = new AuditRecord.Remark("opened");

        assertThat(read(line(result)).record().entry()).isEqualTo(result);
        assertThat(read(line(result)).subject()).isEqualTo(SUBJECT);
        assertThat(read(line(remark)).record().entry()).isEqualTo(remark);
    }

    @Test
    void long_texts_are_cut_and_show_it() throws IOException {
        String text = "x".repeat(1_000_000);
        String pairs = "\uD83D\uDE80".repeat(1_000);

        AuditRecord.Intent intent =
                (AuditRecord.Intent) read(line(intent(text, Map.of(text, pairs)))).record().entry();

        assertThat(intent.action().target()).hasSize(1_024).endsWith("x…");
        assertThat(intent.action().detail())
                .containsExactly(
                        Map.entry("x".repeat(1_023) + "…", "\uD83D\uDE80".repeat(511) + "…"));
        assertThat(RecordFormat.cut("x".repeat(1_024))).doesNotEndWith("…");
    }

    @Test
    void many_details_are_counted_instead_of_kept_and_no_record_is_longer_than_a_reader_takes()
            throws IOException {
        Map<String, String> detail = new HashMap<>();
        for (int i = 1_000; i < 1_100; i++) {
            detail.put(i + "\u0001".repeat(2_000), "\u0001".repeat(2_000));
        }

        byte[] line = line(intent("\u0001".repeat(2_000), detail));

        AuditRecord.Intent intent = (AuditRecord.Intent) read(line).record().entry();
        assertThat(intent.action().detail()).hasSize(65).containsEntry("…", "36 more");
        assertThat(line.length).isBetween(700_000, RecordFormat.LONGEST_LINE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{}",
                "{\"seq\":1}",
                "{\"seq\":1,\"seq\":2}",
                "{\"seq\":1,\"at\":\"noon\",\"kind\":\"remark\",\"note\":\"\",\"hash\":\"\"}",
                "{\"seq\":1,\"at\":\"2026-11-22T12:00:00Z\",\"kind\":\"joke\",\"hash\":\"\"}",
            })
    void what_is_not_a_record_is_not_read_as_one(String line) {
        assertThatThrownBy(() -> format.read(line.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(IOException.class);
    }
}
