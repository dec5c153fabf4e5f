package io.sirsi.shell.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sirsi.wasm.ModuleFile;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.karaf.shell.api.console.Session;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SentModuleTest {

    private static final byte[] BINARY = {0, 'a', 's', 'm', 1, 0, 0, 0, (byte) 0xff};

    private final Session session = new FakeShell(null, false).session(System.out);

    @Test
    void a_bare_file_keeps_its_bytes_and_its_name() throws Exception {
        ModuleFile module = sent("tag-audit.wasm", BINARY);

        assertThat(module.binary()).isEqualTo(BINARY);
        assertThat(module.name()).isEqualTo("tag-audit.wasm");
        assertThat(module.metadata()).isEmpty();
        assertThat(module.signature()).isEmpty();
    }

    @Test
    void a_file_whose_name_was_not_said_gets_one() throws Exception {
        assertThat(sent("", BINARY).name()).isEqualTo("module.wasm");
    }

    @Test
    void a_zip_holds_the_module_and_what_lies_beside_it_in_any_order() throws Exception {
        ModuleFile module =
                sent(
                        "whatever.zip",
                        zip(
                                List.of("a.wasm.sig", "a.wasm", "a.wasm.json"),
                                "sig".getBytes(StandardCharsets.UTF_8),
                                BINARY,
                                "{}".getBytes(StandardCharsets.UTF_8)));

        assertThat(module.name()).isEqualTo("a.wasm");
        assertThat(module.binary()).isEqualTo(BINARY);
        assertThat(module.metadata()).hasValueSatisfying(json -> assertThat(json).hasSize(2));
        assertThat(module.signature()).hasValueSatisfying(sig -> assertThat(sig).hasSize(3));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../a.wasm",
                "/etc/a.wasm",
                "b/a.wasm",
                "b\\a.wasm",
                "..",
                ".",
                "a\u0000.wasm",
                "a\n.wasm",
                "a\u202e.wasm"
            })
    void a_name_that_leads_elsewhere_or_hides_is_refused_in_a_zip_and_bare(String name)
            throws Exception {
        byte[] zip = zip(List.of(name), BINARY);
        assertThatThrownBy(() -> sent("a.zip", zip))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + Text.printable(name) + "' is no name of a file");
        assertThatThrownBy(() -> sent(name, BINARY)).hasMessageContaining("is no name of a file");
    }

    @Test
    void a_name_of_256_characters_is_too_long() {
        assertThatThrownBy(() -> sent("a".repeat(256), BINARY)).hasMessageContaining("1 to 255");
    }

    @Test
    void a_zip_with_anything_else_is_refused_with_what_may_be_in_it() throws Exception {
        refused(List.of("a.wasm", "b.wasm"), "it has 2 modules");
        refused(List.of("a.wasm.json"), "it has 0 modules");
        refused(List.of("a.wasm", "b.wasm.json"), "'b.wasm.json' does not belong to 'a.wasm'");
        refused(List.of("a.wasm", "a.json"), "'a.json' does not belong");
        refused(List.of("a.wasm", "a.wasm.json", "a.wasm.sig", "x"), "more than 3 entries");
    }

    @Test
    void an_entry_that_comes_twice_is_refused() throws Exception {
        byte[] zip = zip(List.of("a.wasm", "b.wasm"), BINARY, BINARY);
        for (int i = 0; i < zip.length; i++) {
            zip[i] = zip[i] == 'b' ? (byte) 'a' : zip[i];
        }
        assertThatThrownBy(() -> sent("a.zip", zip))
                .hasMessageContaining("'a.wasm' is in it twice");
    }

    @Test
    void what_unpacks_to_more_than_9_mib_is_refused_however_small_it_is() throws Exception {
        byte[] zip = zip(List.of("a.wasm"), new byte[SentModule.MOST + 1]);
        assertThat(zip.length).isLessThan(100_000);
        assertThatThrownBy(() -> sent("a.zip", zip)).hasMessageContaining("more than 9 MiB");

        byte[] half = new byte[SentModule.MOST / 2 + 1];
        byte[] both = zip(List.of("a.wasm", "a.wasm.json"), half, half);
        assertThatThrownBy(() -> sent("a.zip", both)).hasMessageContaining("more than 9 MiB");

        assertThatThrownBy(() -> sent("a.wasm", new byte[SentModule.MOST + 1]))
                .hasMessageContaining("more than 9 MiB");
        assertThat(sent("a.wasm", new byte[SentModule.MOST]).binary()).hasSize(SentModule.MOST);
    }

    @Test
    void a_damaged_zip_is_refused_at_every_length_and_with_every_byte_flipped() throws Exception {
        byte[] zip = zip(List.of("a.wasm", "a.wasm.json"), BINARY, new byte[] {'{', '}'});
        for (int length = 0; length < zip.length; length++) {
            refusedOrRead(Arrays.copyOf(zip, length));
        }
        for (int place = 2; place < zip.length; place++) {
            byte[] flipped = zip.clone();
            flipped[place] ^= (byte) 0xff;
            refusedOrRead(flipped);
        }
        assertThatThrownBy(() -> sent("a.zip", Arrays.copyOf(zip, 45)))
                .hasMessageContaining("the ZIP that was sent is damaged");
    }

    @Test
    void without_a_module_it_is_said_how_one_is_sent() {
        assertThatThrownBy(() -> SentModule.take(session, "check"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "no module was sent; write ./sirsi wasm check FILE.wasm, or ./sirsi exec"
                                + " --file FILE.wasm 'wasm:check'.");
    }

    @Test
    void a_module_is_used_once() throws Exception {
        sent("a.wasm", BINARY);
        assertThatThrownBy(() -> SentModule.take(session, "run"))
                .hasMessageContaining("no module was sent");
    }

    /** Whatever arrives ends in a module or in one sentence, never in another exception. */
    private void refusedOrRead(byte[] bytes) throws IOException {
        try {
            sent("a.zip", bytes);
        } catch (IllegalArgumentException refused) {
            assertThat(refused.getMessage()).contains("that was sent").endsWith(".");
        }
    }

    private void refused(List<String> names, String why) throws IOException {
        byte[][] contents = new byte[names.size()][];
        Arrays.fill(contents, BINARY);
        byte[] zip = zip(names, contents);
        assertThatThrownBy(() -> sent("a.zip", zip))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why)
                .hasMessageContaining("NAME.wasm.json");
    }

    private ModuleFile sent(String name, byte[] bytes) throws IOException {
        SentFile.receive(session, new ByteArrayInputStream(bytes), bytes.length, name);
        return SentModule.take(session, "install");
    }

    private static byte[] zip(List<String> names, byte[]... contents) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (int i = 0; i < names.size(); i++) {
                zip.putNextEntry(new ZipEntry(names.get(i)));
                zip.write(contents[i]);
            }
        }
        return bytes.toByteArray();
    }
}
