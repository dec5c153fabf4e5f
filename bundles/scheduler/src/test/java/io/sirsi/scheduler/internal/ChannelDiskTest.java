package io.sirsi.scheduler.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChannelDiskTest {

    @TempDir Path folder;

    private ChannelDisk disk;

    @BeforeEach
    void open() throws IOException {
        disk = new ChannelDisk(folder.resolve("not/there/yet"), 2);
    }

    @AfterEach
    void close() throws IOException {
        disk.close();
    }

    @Test
    void reads_what_it_wrote_from_more_files_than_it_keeps_open() throws IOException {
        for (int i = 0; i < 10; i++) {
            disk.create("file-" + i);
            write("file-" + i, "content " + i, 0);
        }
        for (int i = 0; i < 10; i++) {
            assertThat(read("file-" + i)).isEqualTo("content " + i);
        }
        assertThat(disk.list()).hasSize(10);
    }

    @Test
    void an_interrupted_thread_reads_writes_and_forces_and_stays_interrupted() throws IOException {
        disk.create("file");
        Thread.currentThread().interrupt();
        try {
            write("file", "written", 0);
            disk.force("file");
            disk.forceNames();
            disk.truncate("file", 5);
            assertThat(read("file")).isEqualTo("writt");
            assertThat(Thread.currentThread().isInterrupted()).isTrue();
        } finally {
            Thread.interrupted();
        }
    }

    @Test
    void a_new_file_with_an_old_name_is_another_file() throws IOException {
        disk.create("old");
        disk.create("new");
        write("old", "old", 0);
        write("new", "new", 0);
        disk.rename("new", "old");
        assertThat(read("old")).isEqualTo("new");
        assertThatThrownBy(() -> read("new")).isInstanceOf(NoSuchFileException.class);

        disk.delete("old");
        disk.delete("old");
        assertThatThrownBy(() -> read("old")).isInstanceOf(NoSuchFileException.class);
        disk.create("old");
        assertThatThrownBy(() -> disk.create("old")).isInstanceOf(FileAlreadyExistsException.class);
        assertThat(disk.size("old")).isZero();
    }

    @Test
    void nothing_is_opened_once_it_is_closed() throws IOException {
        disk.create("file");
        disk.close();
        assertThatThrownBy(() -> read("file")).isInstanceOf(IOException.class);
    }

    private void write(String name, String text, long at) throws IOException {
        disk.writeFully(name, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), at);
    }

    private String read(String name) throws IOException {
        ByteBuffer content = ByteBuffer.allocate(100);
        disk.readFully(name, content, 0);
        return StandardCharsets.UTF_8.decode(content.flip()).toString();
    }
}
