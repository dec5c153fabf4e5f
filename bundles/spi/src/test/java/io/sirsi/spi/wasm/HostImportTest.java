package io.sirsi.spi.wasm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class HostImportTest {

    private static final HostFunction LOG = function("sirsi", "log", "i32 i32 -> i32");
    private static final HostFunction EXIT = function("wasi", "proc_exit", "i32 ->");

    @Test
    void gives_one_function_for_each_import_in_the_order_of_the_module() throws Exception {
        HostFunction unwanted = function("sirsi", "http", "i32 i32 -> i32");
        HostImport log = wanted("sirsi", "log", "i32 i32 -> i32");
        HostImport exit = wanted("wasi", "proc_exit", "i32 ->");

        assertThat(HostImport.link(List.of(exit, log, exit), List.of(LOG, unwanted, EXIT)))
                .containsExactly(EXIT, LOG, EXIT);
        assertThat(HostImport.link(List.of(), List.of(LOG))).isEmpty();
    }

    @Test
    void takes_the_first_of_two_functions_of_one_name() throws Exception {
        HostFunction second = function("sirsi", "log", "i32 i32 -> i32");

        assertThat(
                        HostImport.link(
                                List.of(wanted("sirsi", "log", "i32 i32 -> i32")),
                                List.of(LOG, second)))
                .singleElement()
                .isSameAs(LOG);
    }

    @Test
    void does_not_mistake_one_module_for_another() {
        HostFunction split = function("a", "b\0c", "->");

        assertThatThrownBy(
                        () -> HostImport.link(List.of(wanted("a\0b", "c", "->")), List.of(split)))
                .isInstanceOf(WasmRejectedException.class);
    }

    @Test
    void says_which_import_the_host_does_not_have() {
        assertThatThrownBy(
                        () ->
                                HostImport.link(
                                        List.of(wanted("env", "log", "i32 i32 -> i32")),
                                        List.of(LOG)))
                .isInstanceOf(WasmRejectedException.class)
                .hasMessage("the module imports 'env.log', which the host does not have");
    }

    @Test
    void says_both_types_when_they_differ() {
        assertThatThrownBy(
                        () ->
                                HostImport.link(
                                        List.of(wanted("sirsi", "log", "i32 -> i64")),
                                        List.of(LOG)))
                .isInstanceOf(WasmRejectedException.class)
                .hasMessage(
                        "the module imports 'sirsi.log' as (i32) -> (i64), and the host has"
                                + " (i32 i32) -> (i32)");
    }

    private static HostImport wanted(String module, String name, String type) {
        return new HostImport(module, name, WasmCode.type(type));
    }

    private static HostFunction function(String module, String name, String type) {
        return new HostFunction(
                module, name, WasmCode.type(type), (memory, arguments) -> new long[0]);
    }
}
