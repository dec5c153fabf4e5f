package io.sirsi.wasm.internal.binary;

import static io.sirsi.spi.wasm.WasmCode.code;
import static org.assertj.core.api.Assertions.assertThat;

import io.sirsi.spi.wasm.ValueType;
import io.sirsi.spi.wasm.WasmBuilder;
import org.junit.jupiter.api.Test;

class GuestExportsTest {

    @Test
    void what_exports_handle_is_a_reactor_even_with_a_start() throws Exception {
        GuestExports exports = exportsOf(Guests.reactor().export("_start", "->", code()));

        assertThat(exports.mode()).contains(GuestMode.REACTOR);
        assertThat(exports.problems()).isEmpty();
    }

    @Test
    void health_and_initialize_may_be_there_and_then_have_a_type() throws Exception {
        WasmBuilder right =
                Guests.reactor()
                        .export("health", "-> i64", code().i64Const(0))
                        .export("_initialize", "->", code());
        WasmBuilder wrong =
                Guests.reactor()
                        .export("health", "-> i32", code().i32Const(0))
                        .export("_initialize", "i32 ->", code());

        assertThat(exportsOf(right).problems()).isEmpty();
        assertThat(exportsOf(wrong).problems())
                .containsExactly(
                        "its function health is () -> (i32): it must be () -> (i64)",
                        "its function _initialize is (i32) -> (): it must be () -> ()");
    }

    @Test
    void each_thing_that_a_reactor_lacks_has_a_sentence() throws Exception {
        WasmBuilder guest = new WasmBuilder();
        guest.export("handle", "i32 -> i64", code().i64Const(0));
        int global = guest.global(ValueType.I32, false, code().i32Const(0));
        guest.exportGlobal("alloc", global).exportFunction("memory", 0);

        assertThat(exportsOf(guest).problems())
                .containsExactly(
                        "its export memory is not a memory",
                        "its export alloc is not a function: it must be (i32) -> (i32)",
                        "it does not export the function dealloc (i32 i32) -> ()",
                        "its function handle is (i32) -> (i64): it must be (i32 i32) -> (i64)");
    }

    @Test
    void a_function_of_references_is_named_as_one() throws Exception {
        byte[] module =
                Guests.sections(
                        "01 01 60 01 70 00",
                        "03 01 00",
                        "05 01 00 01",
                        "07 02 06 6d656d6f7279 02 00 06 5f7374617274 00 00",
                        "0a 01 02 00 0b");

        assertThat(GuestExports.of(Admission.admit(module, Guests.LIMITS)).problems())
                .containsExactly("its function _start is one of references: it must be () -> ()");
    }

    @Test
    void what_exports_start_alone_is_a_command_and_needs_a_memory() throws Exception {
        WasmBuilder program = new WasmBuilder().memory(1, 1).export("_start", "->", code());
        WasmBuilder without = new WasmBuilder().export("_start", "->", code());

        assertThat(exportsOf(program).mode()).contains(GuestMode.COMMAND);
        assertThat(exportsOf(program).problems()).isEmpty();
        assertThat(exportsOf(without).problems())
                .containsExactly(
                        "it does not export its memory as memory: tasks are handed over there");
    }

    @Test
    void what_exports_neither_cannot_be_run() throws Exception {
        GuestExports exports = exportsOf(new WasmBuilder().memory(1, 1));

        assertThat(exports.mode()).isEmpty();
        assertThat(exports.problems()).singleElement().asString().contains("neither handle");
    }

    private static GuestExports exportsOf(WasmBuilder guest) throws RefusedModuleException {
        return GuestExports.of(Guests.admit(guest));
    }
}
