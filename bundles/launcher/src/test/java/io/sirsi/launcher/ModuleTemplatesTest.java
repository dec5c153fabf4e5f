package io.sirsi.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ModuleTemplatesTest {

    private static final byte[] PICTURE = {(byte) 0xff, '@', 'I', 'D', '@', (byte) 0xfe};

    @TempDir private Path folder;

    private Path target;
    private ModuleTemplates templates;

    @BeforeEach
    void writeTemplates() throws IOException {
        Path all = folder.resolve("templates");
        Path rust = Files.createDirectories(all.resolve("rust/src")).getParent();
        Files.createDirectory(all.resolve("c"));
        Files.writeString(all.resolve("README.md"), "not a language");
        Files.writeString(rust.resolve("agent.json"), "{\"id\":\"@ID@\",\"type\":\"@TYPE@\"}");
        Files.writeString(rust.resolve("src/lib.rs"), "// @TYPE@ and @TYPE@, @OTHER@ ü\n");
        Files.writeString(rust.resolve(".gitignore"), "target\n");
        Files.writeString(rust.resolve("build.sh"), "#!/bin/sh\necho @TYPE@\n");
        Files.write(rust.resolve("picture.png"), PICTURE);
        target = folder.resolve("new/tag-audit");
        templates = new ModuleTemplates(all);
    }

    @Test
    void a_template_is_copied_whole_with_its_words_put_in() throws Exception {
        String said = make(target.toString(), "--lang", "rust", "--type", "tag-audit");

        assertThat(said).contains("'" + target + "'", "'tag-audit'", "rust");
        assertThat(target.resolve("agent.json"))
                .hasContent("{\"id\":\"com.example.tag-audit\",\"type\":\"tag-audit\"}");
        assertThat(target.resolve("src/lib.rs"))
                .hasContent("// tag-audit and tag-audit, @OTHER@ ü");
        assertThat(target.resolve(".gitignore")).hasContent("target");
        assertThat(target.resolve("picture.png")).hasBinaryContent(PICTURE);
    }

    @Test
    void a_script_may_be_run_and_nothing_else() throws Exception {
        make(target.toString(), "--lang", "rust", "--type", "tag-audit");

        assertThat(target.resolve("build.sh")).isExecutable();
        assertThat(Files.isExecutable(target.resolve("agent.json"))).isFalse();
    }

    @Test
    void an_id_of_ones_own_is_taken_and_an_empty_folder_is_new_enough() throws Exception {
        Files.createDirectories(target);

        make("--id=org.example.audit", target.toString(), "--lang", "rust", "--type", "audit");

        assertThat(target.resolve("agent.json"))
                .hasContent("{\"id\":\"org.example.audit\",\"type\":\"audit\"}");
    }

    @Test
    void a_folder_with_something_in_it_is_left_alone() throws Exception {
        Path mine = Files.createDirectories(target).resolve("agent.json");
        Files.writeString(mine, "mine");

        refused("there is something in '" + target + "'", target.toString(), "rust", "audit");
        assertThat(mine).hasContent("mine");
        refused("'" + mine + "' is a file", mine.toString(), "rust", "audit");
    }

    @Test
    void a_language_without_a_template_is_named_with_those_there_are() {
        refused(
                "there is no template for 'cobol'; write --lang c or rust.",
                target.toString(),
                "cobol",
                "audit");
        refused("no template for '../c'", target.toString(), "../c", "audit");
        assertThat(target).doesNotExist();
    }

    @Test
    void a_type_or_an_id_that_is_none_is_named() {
        for (String type : List.of("Tag", "1a", "a_b", "", "a".repeat(33), "a\nb")) {
            refused("'" + type + "' is no agent type", target.toString(), "rust", type);
        }
        assertThatThrownBy(
                        () ->
                                make(
                                        target.toString(),
                                        "--lang",
                                        "rust",
                                        "--type",
                                        "audit",
                                        "--id",
                                        "Org\"Example"))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("'Org\"Example' is no id of a module");
        assertThat(target).doesNotExist();
    }

    @Test
    void what_is_missing_or_too_much_is_said_with_how_it_is_written() {
        assertThatThrownBy(() -> make(target.toString(), "--type", "a"))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("wasm new needs --lang; write ./sirsi wasm new FOLDER");
        assertThatThrownBy(() -> make(target.toString(), "--lang", "c"))
                .hasMessageContaining("wasm new needs --type");
        assertThatThrownBy(() -> make("--lang", "c", "--type", "a"))
                .hasMessageContaining("wasm new needs one folder");
        assertThatThrownBy(() -> make("a", "b", "--lang", "c", "--type", "a"))
                .hasMessageContaining("wasm new needs one folder");
        assertThatThrownBy(() -> make("--force", "--lang", "c", "--type", "a"))
                .hasMessageContaining("'--force' is no option");
    }

    @Test
    void a_distribution_without_templates_and_a_folder_that_cannot_be_made_are_named()
            throws Exception {
        Path none = folder.resolve("none");
        assertThatThrownBy(
                        () ->
                                new ModuleTemplates(none)
                                        .make(
                                                new Options(
                                                        List.of(
                                                                "x", "--lang", "c", "--type",
                                                                "a"))))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("no templates in '" + none + "'");

        Path file = Files.writeString(folder.resolve("file"), "");
        refused("cannot write to '" + file + "/x'", file + "/x", "rust", "audit");
    }

    private String make(String... words) {
        return templates.make(new Options(List.of(words)));
    }

    private void refused(String sentence, String target, String language, String type) {
        assertThatThrownBy(() -> make(target, "--lang", language, "--type", type))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining(sentence);
    }
}
