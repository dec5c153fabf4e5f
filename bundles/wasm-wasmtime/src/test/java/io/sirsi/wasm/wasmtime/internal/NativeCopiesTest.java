package io.sirsi.wasm.wasmtime.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NativeCopiesTest {

    private static final String COPY = "libwasmtime_jni_0.19.0_linux_x86_64123.so";

    @TempDir private Path folder;
    @TempDir private Path proc;

    @BeforeEach
    void one_process() throws IOException {
        Files.createDirectories(proc.resolve("self"));
        Files.writeString(proc.resolve("self/maps"), "");
        map("17", "/usr/lib/libc.so");
    }

    @Test
    void an_old_copy_that_nobody_maps_is_removed() throws IOException {
        Path copy = copy(COPY, Duration.ofHours(1));

        new NativeCopies(folder, proc).removeLeftOvers();

        assertThat(copy).doesNotExist();
    }

    @Test
    void a_copy_that_a_process_maps_stays() throws IOException {
        Path copy = copy(COPY, Duration.ofHours(1));
        map("18", copy.toRealPath().toString());

        new NativeCopies(folder, proc).removeLeftOvers();

        assertThat(copy).exists();
    }

    @Test
    void a_young_copy_stays() throws IOException {
        Path copy = copy(COPY, Duration.ofMinutes(1));

        new NativeCopies(folder, proc).removeLeftOvers();

        assertThat(copy).exists();
    }

    @Test
    void what_has_another_shape_stays() throws IOException {
        Path other = copy("libwasmtime_jni_0.19.0_linux_x86_64.so", Duration.ofHours(1));
        Path more = copy("x" + COPY, Duration.ofHours(1));
        Path link =
                Files.createSymbolicLink(
                        folder.resolve(COPY), Files.writeString(folder.resolve("target"), "x"));

        new NativeCopies(folder, proc).removeLeftOvers();

        assertThat(other).exists();
        assertThat(more).exists();
        assertThat(link).exists();
    }

    @Test
    void all_stay_if_a_process_of_ours_cannot_be_asked() throws IOException {
        Path copy = copy(COPY, Duration.ofHours(1));
        Files.createDirectories(proc.resolve("19/maps"));

        new NativeCopies(folder, proc).removeLeftOvers();

        assertThat(copy).exists();
    }

    @Test
    void all_stay_where_the_system_tells_of_no_processes() throws IOException {
        Path copy = copy(COPY, Duration.ofHours(1));

        new NativeCopies(folder, proc.resolve("missing")).removeLeftOvers();

        assertThat(copy).exists();
    }

    @Test
    void the_own_copy_loses_its_name_and_others_keep_theirs() throws IOException {
        Path own = copy(COPY, Duration.ZERO);
        Path other = copy("libwasmtime_jni_0.19.0_linux_x86_64124.so", Duration.ZERO);
        Files.writeString(proc.resolve("self/maps"), line(own.toRealPath().toString()));

        new NativeCopies(folder, proc).removeOwn();

        assertThat(own).doesNotExist();
        assertThat(other).exists();
    }

    private Path copy(String name, Duration age) throws IOException {
        Path copy = Files.writeString(folder.resolve(name), "library");
        return Files.setLastModifiedTime(copy, FileTime.from(Instant.now().minus(age)));
    }

    private void map(String process, String file) throws IOException {
        Files.createDirectories(proc.resolve(process));
        Files.writeString(proc.resolve(process).resolve("maps"), line(file));
    }

    private static String line(String file) {
        return "7f0000000000-7f0000001000 r-xp 00000000 fe:01 4711   " + file + "\n";
    }
}
