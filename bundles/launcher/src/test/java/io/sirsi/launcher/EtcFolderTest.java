package io.sirsi.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EtcFolderTest {

    @TempDir private Path folder;

    private Path shipped;
    private Path here;

    @BeforeEach
    void ship() throws IOException {
        shipped = Files.createDirectories(folder.resolve("shipped/scripts")).getParent();
        here = folder.resolve("here");
        Files.writeString(shipped.resolve("a.cfg"), "a = 1\n");
        Files.writeString(shipped.resolve("scripts/b.script"), "b\n");
    }

    @Test
    void everything_is_installed_at_the_first_start() throws IOException {
        assertThat(update()).isEmpty();
        assertThat(here.resolve("a.cfg")).hasContent("a = 1");
        assertThat(here.resolve("scripts/b.script")).hasContent("b");
    }

    @Test
    void an_untouched_file_is_replaced_by_a_newer_one() throws IOException {
        update();
        Files.writeString(shipped.resolve("a.cfg"), "a = 2\n");
        assertThat(update()).isEmpty();
        assertThat(here.resolve("a.cfg")).hasContent("a = 2");
    }

    @Test
    void a_changed_file_is_kept() throws IOException {
        update();
        Files.writeString(here.resolve("a.cfg"), "a = mine\n");
        assertThat(update()).isEmpty();
        assertThat(here.resolve("a.cfg")).hasContent("a = mine");
        assertThat(here.resolve("a.cfg.new")).doesNotExist();
    }

    @Test
    void a_file_changed_on_both_sides_is_kept_and_the_newer_one_laid_beside_it()
            throws IOException {
        update();
        Files.writeString(here.resolve("a.cfg"), "a = mine\n");
        Files.writeString(shipped.resolve("a.cfg"), "a = 2\n");
        assertThat(update()).singleElement().asString().contains("etc/a.cfg", "yours is kept");
        assertThat(here.resolve("a.cfg")).hasContent("a = mine");
        assertThat(here.resolve("a.cfg.new")).hasContent("a = 2");
        assertThat(update()).as("said once, not at every start").isEmpty();
    }

    @Test
    void a_missing_file_comes_back() throws IOException {
        update();
        Files.delete(here.resolve("a.cfg"));
        update();
        assertThat(here.resolve("a.cfg")).hasContent("a = 1");
    }

    @Test
    void a_file_that_was_there_before_the_first_start_is_kept() throws IOException {
        Files.createDirectories(here);
        Files.writeString(here.resolve("a.cfg"), "a = mine\n");
        assertThat(update()).isEmpty();
        assertThat(here.resolve("a.cfg")).hasContent("a = mine");
    }

    @Test
    void a_line_break_that_the_node_added_is_no_change() throws IOException {
        update();
        Files.writeString(here.resolve("a.cfg"), "a = 1\n\n");
        Files.writeString(shipped.resolve("a.cfg"), "a = 2\n");
        assertThat(update()).isEmpty();
        assertThat(here.resolve("a.cfg")).hasContent("a = 2");
    }

    private List<String> update() throws IOException {
        return new EtcFolder(shipped, here).update();
    }
}
