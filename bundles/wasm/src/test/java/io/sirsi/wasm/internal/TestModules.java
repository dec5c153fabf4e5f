package io.sirsi.wasm.internal;

import static io.sirsi.spi.wasm.WasmCode.NO_RESULT;
import static io.sirsi.spi.wasm.WasmCode.code;

import io.sirsi.spi.wasm.FunctionType;
import io.sirsi.spi.wasm.HostFunction;
import io.sirsi.spi.wasm.ValueType;
import io.sirsi.spi.wasm.WasmBuilder;
import io.sirsi.spi.wasm.WasmCode;
import io.sirsi.wasm.ModuleFile;
import io.sirsi.wasm.internal.binary.ImportName;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** Guests for tests, in the shape that ABI.md asks for. */
final class TestModules {

    private static final int OUTCOME = 1_024;
    private static final int TASKS = 4_096;

    private TestModules() {}

    /** {@return metadata of a module with this version} */
    static String metadata(String type, String version, String more) {
        return "{\"abi\":1,\"id\":\"org.example."
                + type
                + "\",\"type\":\""
                + type
                + "\",\"version\":\""
                + version
                + "\",\"title\":\"A guest for tests\""
                + more
                + "}";
    }

    /** {@return a guest whose tasks succeed with this version as their output} */
    static ModuleFile answering(String type, String version) {
        return answering(type, version, "");
    }

    /** {@return the same, with more metadata, beginning with a comma} */
    static ModuleFile answering(String type, String version, String more) {
        return guest(
                metadata(type, version, more),
                "{\"status\":\"succeeded\",\"output\":\"" + version + "\"}",
                code());
    }

    /** {@return a guest whose tasks never end} */
    static ModuleFile endless(String type, String more) {
        return guest(metadata(type, "1.0.0", more), "{}", code().loop(NO_RESULT).br(0).end());
    }

    /** {@return a guest whose tasks trap} */
    static ModuleFile trapping(String type, String version) {
        return guest(metadata(type, version, ""), "{}", code().unreachable());
    }

    /**
     * {@return a guest that counts its tasks in its memory, and says how many there were: 1 always,
     * if each finds it as new}
     */
    static ModuleFile counting(String type) {
        String outcome = "{\"status\":\"succeeded\",\"output\":0}";
        int count = OUTCOME + outcome.indexOf('0');
        return guest(
                metadata(type, "1.0.0", ""),
                outcome,
                code().i32Const(count)
                        .i32Const(count)
                        .i32Load8u(0)
                        .i32Const(1)
                        .i32Add()
                        .i32Store8(0));
    }

    /** {@return a guest that answers so, after it did something} */
    static ModuleFile guest(String metadata, String outcome, WasmCode before) {
        return guest(4, metadata, outcome, before);
    }

    /** {@return the same, with so many pages of memory at most} */
    static ModuleFile guest(int maxPages, String metadata, String outcome, WasmCode before) {
        byte[] bytes = outcome.getBytes(StandardCharsets.UTF_8);
        WasmBuilder module = new WasmBuilder().memory(1, maxPages).data(OUTCOME, bytes);
        int next = module.global(ValueType.I32, true, code().i32Const(TASKS));
        return ModuleFile.of(
                "guest.wasm",
                module.export(
                                "alloc",
                                "i32 -> i32",
                                code().globalGet(next)
                                        .globalGet(next)
                                        .localGet(0)
                                        .i32Add()
                                        .globalSet(next))
                        .export("dealloc", "i32 i32 ->", code())
                        .export(
                                "handle",
                                "i32 i32 -> i64",
                                code().then(before).i64Const(((long) OUTCOME << 32) | bytes.length))
                        .custom("sirsi.agent", metadata.getBytes(StandardCharsets.UTF_8))
                        .build());
    }

    /** {@return host functions that do nothing and give nothing} */
    static List<HostFunction> silent(Map<ImportName, FunctionType> imports) {
        return imports.entrySet().stream()
                .map(
                        each ->
                                new HostFunction(
                                        each.getKey().module(),
                                        each.getKey().name(),
                                        each.getValue(),
                                        (memory, arguments) -> new long[0]))
                .toList();
    }
}
