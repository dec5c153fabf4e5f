package io.sirsi.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class WasmCommandTest {

    @TempDir private Path folder;

    @Test
    void a_module_is_sent_with_the_words_after_it_as_they_are() throws Exception {
        Path module = Files.write(folder.resolve("a.wasm"), new byte[] {0, 'a', 's', 'm'});

        WasmCommand run =
                WasmCommand.of(
                        List.of(
                                "run",
                                module.toString(),
                                "--input",
                                "{\"price\":\"$5\"}",
                                "--set",
                                "a=b"));

        assertThat(run.command()).isEqualTo("wasm:run --input '{\"price\":\"$5\"}' --set a=b");
        assertThat(run.file().name()).isEqualTo("a.wasm");
        assertThat(run.file().bytes()).hasSize(4);
        for (String verb : List.of("check", "install")) {
            WasmCommand command = WasmCommand.of(List.of(verb, module.toString(), "--json"));
            assertThat(command.command()).isEqualTo("wasm:" + verb + " --json");
            assertThat(command.file().bytes()).hasSize(4);
        }
    }

    @Test
    void options_may_come_last_although_the_shell_wants_them_first() {
        assertThat(WasmCommand.of(List.of("show", "tag-audit", "--json")).command())
                .isEqualTo("wasm:show --json tag-audit");
        assertThat(WasmCommand.of(List.of("list")).command()).isEqualTo("wasm:list");
        assertThat(WasmCommand.of(List.of("stats")).file().bytes()).isEmpty();
        assertThat(WasmCommand.of(List.of("unload", "x; shell:exec ls")).command())
                .isEqualTo("wasm:unload 'x; shell:exec ls'");
        assertThat(WasmCommand.of(List.of("rollback", "x")).command()).isEqualTo("wasm:rollback x");
    }

    @Test
    void a_verb_that_is_none_is_named_with_those_there_are() {
        refused(List.of("fly"), "'fly' is no verb of wasm; write new, check, run, install, list");
        refused(List.of(), "wasm needs a verb");
    }

    @Test
    void a_verb_without_its_module_says_where_it_goes() {
        refused(List.of("check"), "./sirsi wasm check tag-audit.wasm");
        refused(List.of("run", "--input", "{}"), "wasm run needs the module right after it");
    }

    private static void refused(List<String> words, String sentence) {
        assertThatThrownBy(() -> WasmCommand.of(words))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining(sentence);
    }
}
