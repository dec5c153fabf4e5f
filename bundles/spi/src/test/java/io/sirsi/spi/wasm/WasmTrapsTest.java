package io.sirsi.spi.wasm;

import static org.assertj.core.api.Assertions.assertThat;

import io.sirsi.spi.wasm.WasmTrap.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WasmTrapsTest {

    @ParameterizedTest
    @CsvSource({
        "wasm `unreachable` instruction executed, UNREACHABLE",
        "Trapped on unreachable instruction, UNREACHABLE",
        "out of bounds memory access: attempted to access address 70000, MEMORY",
        "undefined element: out of bounds table access, MEMORY",
        "undefined element 7, MEMORY",
        "call stack exhausted, STACK",
        "integer divide by zero, ARITHMETIC_OR_TYPE",
        "integer overflow, ARITHMETIC_OR_TYPE",
        "Invalid conversion to integer, ARITHMETIC_OR_TYPE",
        "indirect call type mismatch, ARITHMETIC_OR_TYPE",
        "uninitialized element 3, ARITHMETIC_OR_TYPE",
        "null function reference, ARITHMETIC_OR_TYPE",
        "null reference, ARITHMETIC_OR_TYPE",
        "something else, OTHER",
    })
    void the_words_of_an_engine_tell_the_kind(String words, Kind kind) {
        WasmTrap trap = WasmTraps.guest(words);

        assertThat(trap.kind()).isEqualTo(kind);
        assertThat(trap.sentence()).isEqualTo("the guest trapped: " + words);
    }

    @Test
    void what_the_words_say_after_the_end_of_the_line_still_tells_the_kind() {
        WasmTrap trap = WasmTraps.guest("x".repeat(300) + "\n integer overflow");

        assertThat(trap.kind()).isEqualTo(Kind.ARITHMETIC_OR_TYPE);
        assertThat(trap.sentence()).hasSize("the guest trapped: ".length() + 201).endsWith("x…");
    }

    @Test
    void words_are_one_line() {
        assertThat(WasmTraps.words(new IllegalStateException(" one\r\n\ttwo\u0007 ")))
                .isEqualTo("one two ");
        assertThat(WasmTraps.words(new IllegalStateException("  ")))
                .isEqualTo("IllegalStateException");
        assertThat(WasmTraps.words(new StackOverflowError())).isEqualTo("StackOverflowError");
    }

    @Test
    void the_traps_of_the_host_have_their_kinds() {
        HostFunction log =
                new HostFunction(
                        "sirsi", "log", WasmCode.type("->"), (memory, arguments) -> new long[0]);

        assertThat(WasmTraps.deadline().kind()).isEqualTo(Kind.DEADLINE);
        assertThat(WasmTraps.interrupted().kind()).isEqualTo(Kind.INTERRUPTED);
        assertThat(WasmTraps.stack().kind()).isEqualTo(Kind.STACK);
        assertThat(WasmTraps.outOfMemory().kind()).isEqualTo(Kind.OUT_OF_MEMORY);
        assertThat(WasmTraps.host(log, "gave 2 results").kind()).isEqualTo(Kind.HOST);
        assertThat(WasmTraps.host(log, "gave 2 results").sentence())
                .isEqualTo("the host function 'sirsi.log' gave 2 results");
    }
}
