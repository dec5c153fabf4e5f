package io.sirsi.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SentModuleTest {

    private static final byte[] BINARY = {0, 'a', 's', 'm', 1, 0, 0, 0, (byte) 0xff};

    @TempDir private Path folder;

    private Path module;

    @BeforeEach
    void writeModule() throws IOException {
        module = Files.write(folder.resolve("tag-audit.wasm"), BINARY);
    }

    @Test
    void a_module_alone_goes_as_it_is_under_its_name() {
        SentFile sent = SentModule.read(module.toString());

        assertThat(sent.name()).isEqualTo("tag-audit.wasm");
        assertThat(sent.bytes()).isEqualTo(BINARY);
    }

    @Test
    void what_lies_beside_it_goes_with_it_in_a_zip() throws Exception {
        Files.writeString(folder.resolve("tag-audit.wasm.json"), "{}");
        Files.writeString(folder.resolve("tag-audit.wasm.sig"), "signed");
        Files.writeString(folder.resolve("other.wasm.json"), "{}");

        Map<String, byte[]> entries = entries(SentModule.read(module.toString()));

        assertThat(entries.keySet())
                .containsExactly("tag-audit.wasm", "tag-audit.wasm.json", "tag-audit.wasm.sig");
        assertThat(entries.get("tag-audit.wasm")).isEqualTo(BINARY);
        assertThat(new String(entries.get("tag-audit.wasm.sig"), StandardCharsets.UTF_8))
                .isEqualTo("signed");
    }

    @Test
    void one_side_file_is_enough_for_a_zip() throws Exception {
        Files.writeString(folder.resolve("tag-audit.wasm.sig"), "signed");

        assertThat(entries(SentModule.read(module.toString())))
                .containsOnlyKeys("tag-audit.wasm", "tag-audit.wasm.sig");
    }

    @Test
    void what_cannot_be_sent_is_refused_in_one_sentence_with_its_name() throws Exception {
        refused(folder.resolve("absent.wasm"), "there is no file '" + folder + "/absent.wasm'");
        refused(folder.resolve("tag-audit.wat"), "tag-audit.wat' is no compiled module");
        refused(Files.createDirectory(folder.resolve("folder.wasm")), "is a folder");
        refused(Files.createFile(folder.resolve("empty.wasm")), "is empty");
        refused(large(folder.resolve("large.wasm"), SentModule.MOST + 1L), "longer than 9 MiB");
    }

    @Test
    void a_side_file_that_cannot_be_sent_is_not_left_out() throws Exception {
        Path side = folder.resolve("tag-audit.wasm.json");
        Files.createDirectory(side);
        refused(module, "tag-audit.wasm.json' is a folder");
        Files.delete(side);
        Files.createFile(side);
        refused(module, "tag-audit.wasm.json' is empty");
        large(side, SentModule.MOST);
        refused(module, "with what lies beside it, longer than 9 MiB");
        large(side, SentModule.MOST - BINARY.length);
        assertThat(SentModule.read(module.toString()).name()).isEqualTo("tag-audit.wasm.zip");
    }

    private static Path large(Path path, long bytes) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.setLength(bytes);
        }
        return path;
    }

    private static Map<String, byte[]> entries(SentFile sent) throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(sent.bytes()))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                entries.put(entry.getName(), zip.readAllBytes());
            }
        }
        return entries;
    }

    private static void refused(Path file, String words) {
        assertThatThrownBy(() -> SentModule.read(file.toString()))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining(words);
    }
}
