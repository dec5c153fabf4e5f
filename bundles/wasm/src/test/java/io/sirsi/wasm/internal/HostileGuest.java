package io.sirsi.wasm.internal;

import static io.sirsi.spi.wasm.WasmCode.NO_RESULT;
import static io.sirsi.spi.wasm.WasmCode.code;

import io.sirsi.spi.wasm.FunctionType;
import io.sirsi.spi.wasm.ValueType;
import io.sirsi.spi.wasm.WasmBuilder;
import io.sirsi.spi.wasm.WasmCode;
import io.sirsi.wasm.ModuleFile;
import io.sirsi.wasm.internal.guest.GuestImports;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A guest of the type {@code hostile} that is being written: what its tasks do, and what they hand
 * back.
 */
final class HostileGuest {

    /** Where its request lies. */
    static final int REQUEST = 2_048;

    /** How much memory it may have. */
    static final int PAGES = 64;

    /** Where its outcome lies. */
    static final int ANSWER = 1_024;

    private static final String SUCCESS = "{\"status\":\"succeeded\",\"output\":1}";

    final WasmBuilder module = new WasmBuilder();
    private final Map<String, Integer> imports = new LinkedHashMap<>();
    String more = "";
    String outcome = SUCCESS;
    String request = "{}";
    long packed = -1;
    int minPages = 1;
    int deadlineMs = 150;
    WasmCode alloc = code().i32Const(8_192);
    WasmCode handle = code();

    HostileGuest importing(String module, String name) {
        FunctionType type = GuestImports.allowed().get(module).get(name);
        imports.put(
                name,
                this.module.importFunction(
                        module, name, words(type.parameters()) + " -> " + words(type.results())));
        return this;
    }

    WasmCode call(String name, long... arguments) {
        FunctionType type =
                GuestImports.allowed().values().stream()
                        .map(functions -> functions.get(name))
                        .filter(found -> found != null)
                        .findFirst()
                        .orElseThrow();
        WasmCode call = code();
        for (int i = 0; i < arguments.length; i++) {
            if (type.parameters().get(i) == ValueType.I64) {
                call.i64Const(arguments[i]);
            } else {
                call.i32Const((int) arguments[i]);
            }
        }
        call.call(imports.get(name));
        return type.results().isEmpty() ? call : call.drop();
    }

    HostileGuest handle(WasmCode does) {
        handle = does;
        return this;
    }

    ModuleFile file() {
        byte[] answer = outcome.getBytes(StandardCharsets.UTF_8);
        byte[] asked = request.getBytes(StandardCharsets.UTF_8);
        module.memory(minPages, PAGES)
                .data(ANSWER, Arrays.copyOf(answer, Math.min(answer.length, 1_000)))
                .data(REQUEST, asked)
                .export("alloc", "i32 -> i32", alloc)
                .export("dealloc", "i32 i32 ->", code())
                .export(
                        "handle",
                        "i32 i32 -> i64",
                        handle.i64Const(
                                packed == -1 ? ((long) ANSWER << 32) | answer.length : packed))
                .custom(
                        "sirsi.agent",
                        TestModules.metadata(
                                        "hostile",
                                        "1.0.0",
                                        ",\"limits\":{\"deadlineMs\":"
                                                + deadlineMs
                                                + ",\"memoryPages\":"
                                                + PAGES
                                                + "}"
                                                + more)
                                .getBytes(StandardCharsets.UTF_8));
        return ModuleFile.of("hostile.wasm", module.build());
    }

    private static String words(List<ValueType> types) {
        return types.stream()
                .map(type -> type.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(" "));
    }

    /** {@return that, for ever} */
    static WasmCode loop(WasmCode does) {
        return code().loop(NO_RESULT).then(does).br(0).end();
    }
}
