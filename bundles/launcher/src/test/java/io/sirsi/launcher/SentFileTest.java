package io.sirsi.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SentFileTest {

    @TempDir private Path folder;

    @Test
    void a_file_is_read_as_it_is() throws Exception {
        Path file = Files.writeString(folder.resolve("graph.json"), "[\"ä\"]");

        assertThat(SentFile.read(file.toString()).bytes()).asString().isEqualTo("[\"ä\"]");
        assertThat(SentFile.read(file.toString()).name()).isEqualTo("graph.json");
    }

    @Test
    void a_file_need_not_be_text() throws Exception {
        byte[] bytes = {(byte) 0xff, 0, 1};
        Path file = Files.write(folder.resolve("module.wasm"), bytes);

        assertThat(SentFile.read(file.toString()).bytes()).isEqualTo(bytes);
    }

    @Test
    void what_cannot_be_sent_is_refused_in_one_sentence_with_its_name() throws Exception {
        Path absent = folder.resolve("absent.json");
        Path empty = Files.createFile(folder.resolve("empty.json"));
        Path large = folder.resolve("large.json");
        try (RandomAccessFile file = new RandomAccessFile(large.toFile(), "rw")) {
            file.setLength(SentFile.MOST + 1L);
        }

        refused(absent, "there is no file '" + absent + "'");
        refused(folder, "'" + folder + "' is a folder");
        refused(empty, "'" + empty + "' is empty");
        refused(large, "'" + large + "' is longer than 16 MiB");
    }

    private static void refused(Path file, String words) {
        assertThatThrownBy(() -> SentFile.read(file.toString()))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining(words);
    }
}
