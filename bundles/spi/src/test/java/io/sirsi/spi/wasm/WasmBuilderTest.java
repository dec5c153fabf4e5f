package io.sirsi.spi.wasm;

import static io.sirsi.spi.wasm.WasmCode.code;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class WasmBuilderTest {

    @Test
    void a_module_of_nothing_is_its_header() {
        assertThat(hex(new WasmBuilder().build())).isEqualTo("0061736d01000000");
    }

    @Test
    void a_function_is_a_type_an_index_an_export_and_a_body() {
        byte[] module =
                new WasmBuilder()
                        .export("add", "i32 i32 -> i32", code().localGet(0).localGet(1).i32Add())
                        .build();

        assertThat(hex(module))
                .isEqualTo(
                        "0061736d01000000"
                                + "0107016002" // one type
                                + "7f7f017f"
                                + "03020100" // one function
                                + "0707010361646400" // one export
                                + "00"
                                + "0a09010700200020016a0b"); // one body
    }

    @Test
    void numbers_are_written_in_as_few_bytes_as_they_need() {
        assertThat(hex(code().i32Const(63).toBytes())).isEqualTo("413f");
        assertThat(hex(code().i32Const(64).toBytes())).isEqualTo("41c000");
        assertThat(hex(code().i32Const(-1).toBytes())).isEqualTo("417f");
        assertThat(hex(code().i32Const(Integer.MIN_VALUE).toBytes())).isEqualTo("418080808078");
        assertThat(hex(code().unsigned(624_485).toBytes())).isEqualTo("e58e26");
    }

    @Test
    void imports_come_first() {
        WasmBuilder builder = new WasmBuilder();
        builder.function("->", code());

        assertThatThrownBy(() -> builder.importFunction("a", "b", "->"))
                .isInstanceOf(IllegalStateException.class);
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
