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

        assertThat(SentFile.read(file.toString())).asString().isEqualTo("[\"ä\"]");
    }

    @Test
    void what_cannot_be_sent_is_refused_in_one_sentence_with_its_name() throws Exception {
        Path absent = folder.resolve("absent.json");
        Path empty = Files.createFile(folder.resolve("empty.json"));
        Path binary = Files.write(folder.resolve("binary.json"), new byte[] {(byte) 0xff, 1});
        Path large = folder.resolve("large.json");
        try (RandomAccessFile file = new RandomAccessFile(large.toFile(), "rw")) {
            file.setLength(SentFile.MOST + 1L);
        }

        refused(absent, "there is no file '" + absent + "'");
        refused(folder, "'" + folder + "' is a folder");
        refused(empty, "'" + empty + "' is empty");
        refused(binary, "'" + binary + "' is not text in UTF-8");
        refused(large, "'" + large + "' is longer than 16 MiB");
    }

    private static void refused(Path file, String words) {
        assertThatThrownBy(() -> SentFile.read(file.toString()))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining(words);
    }
}
