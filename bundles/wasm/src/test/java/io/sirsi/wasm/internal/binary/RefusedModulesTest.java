package io.sirsi.wasm.internal.binary;

import static io.sirsi.spi.wasm.WasmCode.NO_RESULT;
import static io.sirsi.spi.wasm.WasmCode.code;
import static io.sirsi.wasm.internal.binary.Guests.body;
import static io.sirsi.wasm.internal.binary.Guests.hex;
import static io.sirsi.wasm.internal.binary.Guests.refusal;
import static io.sirsi.wasm.internal.binary.Guests.sections;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.sirsi.spi.wasm.ValueType;
import io.sirsi.spi.wasm.WasmBuilder;
import io.sirsi.spi.wasm.WasmCode;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** For each rule of admission what breaks it, and what is said then. */
class RefusedModulesTest {

    @ParameterizedTest(name = "{0}: {3}")
    @MethodSource
    void what_is_not_a_module(Rule rule, byte[] file, String where, String sentence) {
        assertRefused(file, rule, where, sentence);
    }

    static Stream<Arguments> what_is_not_a_module() {
        return Stream.of(
                arguments(Rule.FORMAT, new byte[0], "module", "the file is empty"),
                arguments(Rule.FORMAT, text("hello, world"), "byte 0", "it is not WebAssembly"),
                arguments(Rule.FORMAT, text("(module)"), "byte 0", "it is WebAssembly in text"),
                arguments(Rule.FORMAT, text("\n  ;; x"), "byte 0", "it is WebAssembly in text"),
                arguments(Rule.FORMAT, hex("006173"), "byte 3", "it is not WebAssembly"),
                arguments(
                        Rule.ENCODING,
                        hex("0061736d01"),
                        "byte 4",
                        "it is cut off: of 4 bytes, 1 left"),
                arguments(Rule.FORMAT, hex("0061736d 02000000"), "byte 8", "not of version 1"),
                arguments(Rule.FORMAT, hex("0061736d 0d000100"), "byte 8", "it is a component"),
                arguments(Rule.SIZE, new byte[8 * 1024 * 1024 + 1], "module", "8,388,609 bytes"));
    }

    @ParameterizedTest(name = "{0}: {3}")
    @MethodSource
    void sections_that_are_unknown_misplaced_or_of_a_wrong_length(
            Rule rule, byte[] module, String where, String sentence) {
        assertRefused(module, rule, where, sentence);
    }

    static Stream<Arguments> sections_that_are_unknown_misplaced_or_of_a_wrong_length() {
        return Stream.of(
                arguments(Rule.SECTION, sections("0e"), "byte 9", "there is no section 14"),
                arguments(Rule.SECTION, sections("0100", "0100"), "byte 12", "comes twice"),
                arguments(
                        Rule.SECTION,
                        sections("0200", "0100"),
                        "byte 12",
                        "the type section comes after the import section"),
                arguments(
                        Rule.SECTION,
                        sections("0a00", "0c00"),
                        "byte 12",
                        "the data count section comes after the code section"),
                arguments(Rule.SECTION, sections("0100ff"), "type section", "1 byte left over"),
                arguments(
                        Rule.SECTION,
                        hex("0061736d01000000 01 05 00"),
                        "byte 10",
                        "of the 5 bytes of the type section, 1 left"),
                arguments(
                        Rule.SECTION,
                        hex("0061736d01000000 00 ffffffff0f"),
                        "byte 14",
                        "4,294,967,295 bytes"),
                arguments(Rule.ENCODING, hex("0061736d01000000 01"), "byte 9", "cut off"),
                arguments(
                        Rule.SECTION,
                        new WasmBuilder()
                                .custom("sirsi.agent", new byte[0])
                                .custom("sirsi.agent", new byte[0])
                                .build(),
                        "custom section",
                        "two custom sections sirsi.agent"),
                arguments(
                        Rule.COUNT,
                        sections(Collections.nCopies(1_001, "000178").toArray(String[]::new)),
                        "custom section",
                        "more than 1,000 custom sections"),
                arguments(Rule.EXCEPTIONS, sections("0d00"), "byte 9", "exceptions are not run"));
    }

    @ParameterizedTest(name = "{0}: {3}")
    @MethodSource
    void numbers_and_names_that_are_not_encoded_as_they_must_be(
            Rule rule, byte[] module, String where, String sentence) {
        assertRefused(module, rule, where, sentence);
    }

    static Stream<Arguments> numbers_and_names_that_are_not_encoded_as_they_must_be() {
        return Stream.of(
                arguments(
                        Rule.ENCODING,
                        sections("01 808080808000"),
                        "type section, byte 15",
                        "a number of 32 bits is written in more than 5 bytes"),
                arguments(
                        Rule.ENCODING,
                        sections("01 ffffffff1f"),
                        "type section, byte 15",
                        "a number has more than 32 bits"),
                arguments(
                        Rule.ENCODING,
                        body(code().op(0x41).op(0x80).op(0x80).op(0x80).op(0x80).op(0x08)).build(),
                        "function 0",
                        "a number has more than 32 bits"),
                arguments(
                        Rule.ENCODING,
                        body(repeat(code().op(0x42), code().op(0x80), 10)).build(),
                        "function 0",
                        "a number of 64 bits is written in more than 10 bytes"),
                arguments(
                        Rule.ENCODING,
                        sections("00 02 c328"),
                        "custom section",
                        "a name is not UTF-8"),
                arguments(
                        Rule.ENCODING,
                        sections("00 03 eda080"),
                        "custom section",
                        "a name is not UTF-8"),
                arguments(
                        Rule.ENCODING,
                        sections("00 02 c080"),
                        "custom section",
                        "a name is not UTF-8"),
                arguments(
                        Rule.ENCODING,
                        sections("00 ffffffff0f 61"),
                        "custom section",
                        "a name of 4,294,967,295 bytes does not fit"),
                arguments(Rule.ENCODING, sections("01 01 61 00 00"), "type section", "no form of"),
                arguments(
                        Rule.ENCODING,
                        sections("01 01 60 01 11 00"),
                        "type section",
                        "there is no type 0x11"));
    }

    @ParameterizedTest(name = "{0}: {3}")
    @MethodSource
    void counts_that_are_huge(Rule rule, byte[] module, String where, String sentence) {
        assertRefused(module, rule, where, sentence);
    }

    static Stream<Arguments> counts_that_are_huge() {
        return Stream.of(
                arguments(
                        Rule.COUNT,
                        sections("01 ffffffff0f"),
                        "type section",
                        "4,294,967,295 types: at most 10,000"),
                arguments(
                        Rule.ENCODING,
                        sections("01 904e"),
                        "type section",
                        "types that do not fit: 10,000 of them into 0 bytes"),
                arguments(Rule.COUNT, sections("02 914e"), "import section", "10,001 imports"),
                arguments(Rule.COUNT, sections("03 d18603"), "function section", "50,001 func"),
                arguments(Rule.COUNT, sections("04 11"), "table section", "17 tables: at most 16"),
                arguments(Rule.COUNT, sections("06 914e"), "global section", "10,001 globals"),
                arguments(Rule.COUNT, sections("07 914e"), "export section", "10,001 exports"),
                arguments(Rule.COUNT, sections("09 d18603"), "element section", "50,001 element"),
                arguments(Rule.COUNT, sections("0c d18603"), "data count section", "50,001 data"),
                arguments(
                        Rule.COUNT, sections("0b d18603"), "data section", "50,001 data segments"),
                arguments(
                        Rule.COUNT,
                        sections("01 01 60 e907"),
                        "type section",
                        "1,001 parameters or results of a type: at most 1,000"),
                arguments(
                        Rule.COUNT,
                        sections("01 8101" + ("60 e807" + "7f".repeat(1_000) + "00").repeat(129)),
                        "type section",
                        "all types together have more than 100,000 parameters"),
                arguments(
                        Rule.COUNT,
                        sections("09 01 01 00 a18d06"),
                        "element section",
                        "100,001 elements of a segment"),
                arguments(
                        Rule.COUNT,
                        sections(
                                "01 01 60 00 00",
                                "03 01 00",
                                "09 02" + ("01 00 d18603" + "00".repeat(50_001)).repeat(2)),
                        "element section",
                        "all element segments together have more than 100,000"));
    }

    @ParameterizedTest(name = "{0}: {3}")
    @MethodSource
    void imports_that_the_host_does_not_have(
            Rule rule, byte[] module, String where, String sentence) {
        assertRefused(module, rule, where, sentence);
    }

    static Stream<Arguments> imports_that_the_host_does_not_have() {
        return Stream.of(
                arguments(
                        Rule.IMPORT,
                        importing("sirsi", "log", "i32 -> i32"),
                        "import section",
                        "'sirsi.log' as (i32) -> (i32), but its type is (i32 i32) -> (i32)"),
                arguments(
                        Rule.IMPORT,
                        importing("sirsi", "format_disk", "->"),
                        "import section",
                        "'sirsi.format_disk', which this host does not have"),
                arguments(
                        Rule.IMPORT,
                        importing("a\u001b[31m\u202e", "b\nc", "->"),
                        "import section",
                        "'a?[31m?.b?c', which this host does not have"),
                arguments(
                        Rule.IMPORT,
                        importing("x".repeat(100), "y", "->"),
                        "import section",
                        "'" + "x".repeat(60) + "…', which"),
                arguments(
                        Rule.IMPORT,
                        new WasmBuilder().importOther("env", "memory", 2, hex("0001")).build(),
                        "import section",
                        "it imports a memory, 'env.memory'"),
                arguments(
                        Rule.IMPORT,
                        new WasmBuilder().importOther("env", "table", 1, hex("700001")).build(),
                        "import section",
                        "it imports a table, 'env.table'"),
                arguments(
                        Rule.IMPORT,
                        new WasmBuilder().importOther("env", "base", 3, hex("7f00")).build(),
                        "import section",
                        "it imports a global, 'env.base'"),
                arguments(
                        Rule.EXCEPTIONS,
                        new WasmBuilder().importOther("env", "tag", 4, hex("0000")).build(),
                        "import section",
                        "it imports the tag 'env.tag'"),
                arguments(
                        Rule.ENCODING,
                        new WasmBuilder().importOther("env", "x", 5, hex("0000")).build(),
                        "import section",
                        "there is no kind of import 0x05"));
    }

    @ParameterizedTest(name = "{0}: {3}")
    @MethodSource
    void memories_and_tables_that_are_too_large_or_of_another_kind(
            Rule rule, byte[] module, String where, String sentence) {
        assertRefused(module, rule, where, sentence);
    }

    static Stream<Arguments> memories_and_tables_that_are_too_large_or_of_another_kind() {
        return Stream.of(
                arguments(
                        Rule.MEMORY,
                        sections("05 02 0001 0001"),
                        "memory section",
                        "it has 2 memories: at most one"),
                arguments(
                        Rule.MEMORY,
                        new WasmBuilder().memory(257, -1).build(),
                        "memory section",
                        "the memory begins with 257 pages, and 256 are granted"),
                arguments(
                        Rule.MEMORY,
                        new WasmBuilder().memoryWithFlags(0, 65_537, 0).build(),
                        "memory section",
                        "65,537, at most 65,536"),
                arguments(
                        Rule.MEMORY,
                        new WasmBuilder().memoryWithFlags(0, 0xffff_ffffL, 0).build(),
                        "memory section",
                        "4,294,967,295, at most 65,536"),
                arguments(
                        Rule.MEMORY,
                        new WasmBuilder().memory(2, 1).build(),
                        "memory section",
                        "a minimum of 2 pages above its maximum of 1"),
                arguments(
                        Rule.THREADS,
                        new WasmBuilder().memoryWithFlags(3, 1, 1).build(),
                        "memory section",
                        "the memory is shared between threads"),
                arguments(
                        Rule.MEMORY,
                        new WasmBuilder().memoryWithFlags(4, 1, 1).build(),
                        "memory section",
                        "64-bit addresses"),
                arguments(
                        Rule.ENCODING,
                        new WasmBuilder().memoryWithFlags(8, 1, 1).build(),
                        "memory section",
                        "the flags 0x08"),
                arguments(
                        Rule.TABLE,
                        new WasmBuilder().table(10_001, -1).build(),
                        "table section",
                        "table 0 begins with 10,001 elements, and 10,000 are granted"),
                arguments(
                        Rule.ENCODING,
                        sections("04 01 7f0001"),
                        "table section",
                        "i32 is not a type of references"),
                arguments(Rule.GC, sections("04 01 6e0001"), "table section", "type 0x6e"),
                arguments(Rule.TABLE, sections("04 01 700401"), "table section", "64-bit"));
    }

    @ParameterizedTest(name = "{0}: {3}")
    @MethodSource
    void proposals_that_are_not_run_here(Rule rule, byte[] module, String where, String sentence) {
        assertRefused(module, rule, where, sentence);
    }

    static Stream<Arguments> proposals_that_are_not_run_here() {
        return Stream.of(
                arguments(Rule.GC, sections("01 01 5e 7e 01"), "type section", "the form 0x5e"),
                arguments(Rule.GC, sections("01 01 5f 00"), "type section", "the form 0x5f"),
                arguments(Rule.GC, sections("01 01 4e 00 00"), "type section", "the form 0x4e"),
                arguments(Rule.GC, sections("01 01 50 00 60"), "type section", "the form 0x50"),
                arguments(Rule.GC, sections("01 01 60 01 64 00"), "type section", "type 0x64"),
                arguments(Rule.SIMD, sections("01 01 60 01 7b 00"), "type section", "vectors"),
                arguments(Rule.GC, instruction(0xfb, 7, 0), "function 0", "instruction 0xfb"),
                arguments(Rule.GC, instruction(0x14, 0), "function 0", "typed references"),
                arguments(Rule.EXCEPTIONS, instruction(0x06, 0x40), "function 0", "exceptions"),
                arguments(Rule.EXCEPTIONS, instruction(0x08, 0), "function 0", "exceptions"),
                arguments(Rule.EXCEPTIONS, instruction(0x1f, 0x40), "function 0", "exceptions"),
                arguments(Rule.TAIL_CALLS, instruction(0x12, 0), "function 0", "tail calls"),
                arguments(Rule.TAIL_CALLS, instruction(0x13, 0, 0), "function 0", "tail calls"),
                arguments(Rule.THREADS, instruction(0xfe, 0x10, 2, 0), "function 0", "atomic"),
                arguments(Rule.SIMD, instruction(0xfd, 12), "function 0", "vectors (v128, 0xfd 12"),
                arguments(Rule.SIMD, instruction(0xfd, 0x80, 2), "function 0", "relaxed vectors"),
                arguments(Rule.MEMORY, instruction(0x28, 0x42, 1, 0), "function 0", "names a mem"),
                arguments(Rule.MEMORY, instruction(0x3f, 1), "function 0", "names a memory"),
                arguments(Rule.CODE, instruction(0x27), "function 0", "no instruction 0x27"),
                arguments(Rule.CODE, instruction(0xff), "function 0", "no instruction 0xff"),
                arguments(Rule.CODE, instruction(0xfc, 18), "function 0", "no instruction 0xfc 18"),
                arguments(
                        Rule.THREADS,
                        sections("06 01 7f 03 4100 0b"),
                        "global section",
                        "shared between threads"),
                arguments(
                        Rule.CODE,
                        sections("06 02 7f00 4100 0b 7f00 2300 0b"),
                        "global section",
                        "a constant is read from a global"),
                arguments(
                        Rule.CODE,
                        sections("06 01 7f00 4100 4101 6a 0b"),
                        "global section",
                        "more than one instruction"));
    }

    @ParameterizedTest(name = "{0}: {3}")
    @MethodSource
    void what_is_named_and_not_there(Rule rule, byte[] module, String where, String sentence) {
        assertRefused(module, rule, where, sentence);
    }

    static Stream<Arguments> what_is_named_and_not_there() {
        return Stream.of(
                arguments(Rule.INDEX, sections("03 01 00"), "function section", "no type 0"),
                arguments(Rule.INDEX, sections("07 01 0161 00 00"), "export", "no function 0"),
                arguments(Rule.INDEX, sections("07 01 0161 01 00"), "export", "no table 0"),
                arguments(Rule.INDEX, sections("07 01 0161 02 00"), "export", "no memory 0"),
                arguments(Rule.INDEX, sections("07 01 0161 03 00"), "export", "no global 0"),
                arguments(Rule.INDEX, sections("08 05"), "start section", "no function 5"),
                arguments(Rule.INDEX, sections("09 01 00 4100 0b 00"), "element", "not there"),
                arguments(Rule.INDEX, sections("0b 01 00 4100 0b 00"), "data", "not there"),
                arguments(Rule.INDEX, instruction(0x10, 9), "function 0", "no function 9"),
                arguments(Rule.INDEX, instruction(0x11, 0, 0), "function 0", "no table 0"),
                arguments(Rule.INDEX, instruction(0x20, 0), "function 0", "no local 0"),
                arguments(Rule.INDEX, instruction(0x23, 0), "function 0", "no global 0"),
                arguments(Rule.INDEX, instruction(0x0c, 1), "function 0", "no label 1"),
                arguments(Rule.INDEX, instruction(0x02, 9), "function 0", "a block has type 9"),
                arguments(Rule.INDEX, instruction(0xfc, 13, 0), "function 0", "no element seg"),
                arguments(Rule.SECTION, instruction(0xfc, 9, 0), "function 0", "data count"),
                arguments(
                        Rule.INDEX,
                        sections("01 01 60 00 00", "03 01 00", "0a 01 04 00 3f00 0b"),
                        "function 0",
                        "it uses a memory, and has none"));
    }

    @ParameterizedTest(name = "{0}: {3}")
    @MethodSource
    void code_that_does_not_hold_together(Rule rule, byte[] module, String where, String sentence) {
        assertRefused(module, rule, where, sentence);
    }

    static Stream<Arguments> code_that_does_not_hold_together() {
        return Stream.of(
                arguments(Rule.CODE, instruction(0x05), "function 0", "an else without an if"),
                arguments(
                        Rule.CODE,
                        body(code().ifTrue(NO_RESULT).orElse().orElse().end()).build(),
                        "function 0",
                        "an else without an if"),
                arguments(Rule.SECTION, instruction(0x0b), "function 0", "1 byte left over"),
                arguments(
                        Rule.ENCODING,
                        body(code().block(NO_RESULT)).build(),
                        "function 0",
                        "it is cut off"),
                arguments(
                        Rule.COUNT,
                        sections("01 01 60 00 00", "03 02 00 00", "0a 01 02 00 0b"),
                        "code section",
                        "2 functions with another number of bodies, 1"),
                arguments(
                        Rule.COUNT,
                        sections("01 01 60 00 00", "03 01 00"),
                        "module",
                        "1 function without a code section"),
                arguments(
                        Rule.COUNT,
                        sections("0c 02", "0b 01 01 00"),
                        "module",
                        "announces 2 data segments, not 1"),
                arguments(
                        Rule.CODE,
                        startingWith("i32 ->"),
                        "start section",
                        "the start function is (i32) -> (): it must be () -> ()"),
                arguments(
                        Rule.EXPORT,
                        Guests.reactor().exportFunction("handle", 0).build(),
                        "export section",
                        "it exports 'handle' twice"),
                arguments(
                        Rule.CODE,
                        instruction(0x28, 3, 0),
                        "function 0",
                        "an access is aligned to 2^3"));
    }

    @Test
    void a_function_that_would_keep_a_compiler_busy() {
        WasmBuilder bomb = new WasmBuilder();
        bomb.function(
                "->",
                Collections.nCopies(40_000, ValueType.I64),
                repeat(code(), code().block(NO_RESULT).end(), 20_000));

        assertRefused(bomb.build(), Rule.COUNT, "function 0", "40,000 groups of locals");
    }

    @Test
    void a_function_with_4001_locals_its_parameters_included() {
        String body = "01 a01f 7f 0b"; // 4,000 of i32

        assertThat(refusal(sections("01 01 60 00 00", "03 01 00", "0a 01 05" + body))).isNull();
        assertRefused(
                sections("01 01 60 017f 00", "03 01 00", "0a 01 05" + body),
                Rule.FUNCTION,
                "function 0",
                "4,001 locals with its parameters: at most 4,000");
        assertRefused(
                sections("01 01 60 00 00", "03 01 00", "0a 01 0e 02 ffffffff0f7f ffffffff0f7f 0b"),
                Rule.FUNCTION,
                "function 0",
                "4,294,967,295 locals");
    }

    @Test
    void locals_that_a_compiler_would_have_to_keep_at_too_many_jumps() {
        String locals = "01 a01f 7f"; // 4,000 of i32
        String jumps = "4100 0d00".repeat(5_000);
        String body = "a5 9c 01" + locals + jumps + "0b";

        assertRefused(
                sections("01 01 60 00 00", "03 01 00", "0a 01" + body),
                Rule.CODE,
                "function 0",
                "more than 750,000 instructions in all functions, 8 locals or operands at a jump");
    }

    @Test
    void operands_that_a_compiler_would_have_to_keep_at_too_many_jumps() {
        WasmCode operands = repeat(code(), code().i32Const(0), 1_900);
        WasmCode jumps = repeat(code(), code().i32Const(0).brIf(0), 20_000);

        assertRefused(
                body(operands.then(jumps)).build(),
                Rule.CODE,
                "function 0",
                "more than 750,000 instructions in all functions, 8 locals or operands at a jump");
    }

    @Test
    void a_module_whose_functions_are_too_much_together() {
        WasmBuilder guest = new WasmBuilder();
        WasmCode jumps = repeat(code(), code().i32Const(0).brIf(0), 5_000);
        for (int i = 0; i < 5; i++) {
            guest.function("->", Collections.nCopies(1_000, ValueType.I32), jumps);
        }

        assertRefused(guest.build(), Rule.CODE, "function 1", "8 locals or operands at a jump");
    }

    @Test
    void more_operands_than_any_compiler_makes() {
        assertRefused(
                body(repeat(code(), code().i32Const(0), 2_001)).build(),
                Rule.FUNCTION,
                "function 0",
                "2,001 operands on the stack: at most 2,000");
    }

    @Test
    void a_function_of_20001_blocks() {
        WasmCode block = code().block(NO_RESULT).end();

        assertThat(refusal(body(repeat(code(), block, 20_000)))).isNull();
        assertRefused(
                body(repeat(code(), block, 20_001)).build(),
                Rule.FUNCTION,
                "function 0",
                "more than 20,000 blocks");
    }

    @Test
    void a_function_of_20001_branches() {
        WasmCode branch = code().i32Const(0).brIf(0);

        assertThat(refusal(body(repeat(code(), branch, 20_000)))).isNull();
        assertRefused(
                body(repeat(code(), branch, 20_001)).build(),
                Rule.FUNCTION,
                "function 0",
                "more than 20,000 branches");
    }

    @Test
    void functions_with_more_parameters_than_all_their_code_may_weigh() {
        WasmBuilder guest = new WasmBuilder();
        for (int i = 0; i < 751; i++) {
            guest.function("i32 ".repeat(1_000) + "->", code());
        }

        assertRefused(guest.build(), Rule.CODE, "function 666", "more than 750,000 instructions");
    }

    @Test
    void blocks_nested_5001_deep() {
        assertThat(refusal(body(nested(5_000)))).isNull();
        assertRefused(
                body(nested(5_001)).build(),
                Rule.FUNCTION,
                "function 0",
                "nested deeper than 5,000");
    }

    @Test
    void a_body_of_more_than_half_a_mebibyte() {
        int most = 512 * 1024;
        WasmCode nops = repeat(code(), code().nop(), most - 2);

        assertThat(refusal(body(nops))).isNull();
        assertRefused(
                body(repeat(nops, code().nop(), 1)).build(),
                Rule.FUNCTION,
                "code section",
                "function 0 has 524,289 bytes: at most 524,288");
    }

    @Test
    void a_module_that_ends_after_any_of_its_bytes() {
        byte[] whole = Guests.everything().build();
        int admitted = 0;
        for (int length = 0; length < whole.length; length++) {
            RefusedModuleException refusal = refusal(Arrays.copyOf(whole, length));
            if (refusal == null) {
                admitted++;
            } else {
                assertThat(refusal.where()).isNotBlank();
            }
        }
        // After its type, and thus without the custom sections at the end.
        assertThat(admitted).as("beginnings that are modules themselves").isLessThan(10);
    }

    private static void assertRefused(byte[] module, Rule rule, String where, String sentence) {
        RefusedModuleException refusal = refusal(module);
        assertThat(refusal).as("refusal").isNotNull();
        assertThat(refusal).hasMessageContaining(sentence);
        assertThat(refusal.rule()).isEqualTo(rule);
        assertThat(refusal.where()).contains(where);
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] importing(String module, String name, String type) {
        WasmBuilder guest = new WasmBuilder();
        guest.importFunction(module, name, type);
        return guest.build();
    }

    private static byte[] startingWith(String type) {
        WasmBuilder guest = new WasmBuilder();
        return guest.start(guest.function(type, code())).build();
    }

    private static byte[] instruction(int... bytes) {
        WasmCode code = code();
        for (int each : bytes) {
            code.op(each);
        }
        return body(code).build();
    }

    private static WasmCode nested(int depth) {
        return repeat(repeat(code(), code().block(NO_RESULT), depth), code().end(), depth);
    }

    private static WasmCode repeat(WasmCode beginning, WasmCode what, int times) {
        for (int i = 0; i < times; i++) {
            beginning.then(what);
        }
        return beginning;
    }
}
