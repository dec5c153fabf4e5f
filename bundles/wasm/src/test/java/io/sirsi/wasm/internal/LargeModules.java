package io.sirsi.wasm.internal;

import static io.sirsi.spi.wasm.WasmCode.NO_RESULT;
import static io.sirsi.spi.wasm.WasmCode.code;

import io.sirsi.spi.wasm.ValueType;
import io.sirsi.spi.wasm.WasmBuilder;
import io.sirsi.spi.wasm.WasmCode;
import io.sirsi.wasm.ModuleFile;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Guests that have as much of one thing as a file may have, or as admission may let through: each
 * answers its tasks, and is dear to whoever compiles it, keeps it, or runs it.
 */
final class LargeModules {

    private static final int OUTCOME = 1_024;
    private static final int BR_TABLE = 0x0E;
    private static final int SELECT = 0x1B;
    private static final int I32 = 0x7F;
    private static final int EMPTY = 0;
    private static final int F64_FLOOR = 0x9C;
    private static final int F64_MIN = 0xA4;

    private LargeModules() {}

    /** {@return what each kind adds to a guest, by name} */
    static Map<String, Consumer<WasmBuilder>> kinds() {
        Map<String, Consumer<WasmBuilder>> kinds = new LinkedHashMap<>();
        kinds.put("nothing", guest -> {});
        kinds.put("nops", guest -> bodies(guest, 740_000, code().nop(), 1));
        kinds.put("constants", guest -> bodies(guest, 740_000, code().i32Const(0).drop(), 2));
        kinds.put("doubles", guest -> bodies(guest, 740_000, code().f64Const(1).drop(), 2));
        kinds.put(
                "minima",
                guest -> {
                    WasmCode piece = code().f64Const(1).f64Const(2).op(F64_MIN).drop();
                    bodies(guest, 740_000, piece, 4);
                });
        kinds.put("floors", LargeModules::floors);
        kinds.put(
                "sums",
                guest -> bodies(guest, 740_000, code().localGet(0).localGet(0).i32Add().drop(), 4));
        kinds.put(
                "selects",
                guest ->
                        bodies(
                                guest,
                                740_000,
                                code().localGet(0).localGet(0).localGet(0).op(SELECT).drop(),
                                5));
        kinds.put(
                "compiled sums",
                guest -> compiled(guest, 1530, code().localGet(0).localGet(0).i32Add().drop()));
        kinds.put(
                "compiled selects",
                guest ->
                        compiled(
                                guest,
                                1230,
                                code().localGet(0).localGet(0).localGet(0).op(SELECT).drop()));
        kinds.put(
                "compiled loads",
                guest -> compiled(guest, 2000, code().localGet(0).i64Load(0).drop()));
        kinds.put(
                "compiled fills",
                guest ->
                        compiled(
                                guest,
                                1530,
                                code().localGet(0).localGet(0).localGet(0).memoryFill()));
        kinds.put("compiled calls", guest -> compiled(guest, 6000, code().call(0)));
        kinds.put(
                "compiled jumps",
                guest -> compiled(guest, 970, code().block(NO_RESULT).localGet(0).brIf(0).end()));
        kinds.put("labels", LargeModules::labels);
        kinds.put("calls", guest -> bodies(guest, 740_000, code().call(0), 1));
        kinds.put(
                "loads", guest -> bodies(guest, 740_000, code().localGet(0).i32Load(0).drop(), 3));
        kinds.put("tiny functions", guest -> functions(guest, "->", 49_000, code().op(EMPTY)));
        kinds.put(
                "functions with locals",
                guest -> functions(guest, "->", 1_480, code().unsigned(1).unsigned(4_000).op(I32)));
        kinds.put(
                "functions with parameters",
                guest -> functions(guest, many(1_000) + "->", 640, code().op(EMPTY)));
        kinds.put(
                "functions with results",
                guest -> functions(guest, "->" + many(200), 3_600, code().op(EMPTY).unreachable()));
        kinds.put("calls with parameters", guest -> wideCalls(guest, many(1_000) + " -> "));
        kinds.put("calls with results", guest -> wideCalls(guest, "-> " + many(1_000)));
        kinds.put("indirect calls with parameters", LargeModules::wideIndirectCalls);
        kinds.put("jumps over operands", LargeModules::jumps);
        kinds.put("wide blocks", LargeModules::wideBlocks);
        kinds.put("blocks", LargeModules::blocks);
        kinds.put("nested blocks", LargeModules::nested);
        kinds.put("types", LargeModules::types);
        kinds.put(
                "globals",
                guest -> repeat(9_900, i -> guest.global(ValueType.I64, true, code().i64Const(i))));
        kinds.put(
                "exports",
                guest -> repeat(9_900, i -> guest.exportFunction("x".repeat(800) + i, 0)));
        kinds.put("one long export", guest -> guest.exportFunction("x".repeat(8_000_000), 0));
        kinds.put("data", guest -> guest.passiveData(new byte[8_300_000]));
        kinds.put("data segments", guest -> repeat(9_900, i -> guest.passiveData(new byte[800])));
        kinds.put("elements", guest -> guest.table(0, 10_000).passiveElements(new int[99_000]));
        kinds.put(
                "element segments",
                guest -> {
                    guest.table(0, 10_000);
                    repeat(9_900, i -> guest.passiveElements(new int[10]));
                });
        kinds.put("tables", guest -> repeat(16, i -> guest.table(10_000, 10_000)));
        kinds.put("high data", guest -> guest.data(256 * 65_536 - 1, new byte[] {1}));
        return kinds;
    }

    /** {@return a guest of a kind} */
    static ModuleFile file(String kind, String type, String more) {
        boolean high = kind.equals("high data");
        WasmBuilder guest = new WasmBuilder().memory(high ? 256 : 1, high ? 256 : 4);
        byte[] outcome = "{\"status\":\"succeeded\",\"output\":1}".getBytes(StandardCharsets.UTF_8);
        guest.export("nothing", "->", code());
        guest.export("alloc", "i32 -> i32", code().i32Const(4_096))
                .export("dealloc", "i32 i32 ->", code())
                .export(
                        "handle",
                        "i32 i32 -> i64",
                        code().i64Const(((long) OUTCOME << 32) | outcome.length));
        guest.data(OUTCOME, outcome);
        kinds().get(kind).accept(guest);
        guest.custom(
                "sirsi.agent",
                TestModules.metadata(type, "1.0.0", more).getBytes(StandardCharsets.UTF_8));
        return ModuleFile.of("guest.wasm", guest.build());
    }

    private static void repeat(int times, Consumer<Integer> what) {
        IntStream.range(0, times).boxed().forEach(what);
    }

    private static String many(int count) {
        return " i32".repeat(count);
    }

    private static byte[] repeated(WasmCode piece, int times) {
        byte[] one = piece.toBytes();
        byte[] all = new byte[one.length * times];
        for (int i = 0; i < times; i++) {
            System.arraycopy(one, 0, all, i * one.length, one.length);
        }
        return all;
    }

    private static WasmCode raw(byte[] bytes) {
        WasmCode code = code();
        for (byte each : bytes) {
            code.op(each);
        }
        return code;
    }

    /** Bodies of half a mebibyte, as many as there can be, all of one piece. */
    private static void bodies(WasmBuilder guest, int instructions, WasmCode piece, int inPiece) {
        int length = piece.toBytes().length;
        int inBody = 520_000 / length;
        int left = Math.min(instructions / inPiece, 8_000_000 / length);
        int type = guest.type("i32 ->");
        while (left > 0) {
            int times = Math.min(left, inBody);
            guest.rawFunction(type, code().op(EMPTY).then(raw(repeated(piece, times))));
            left -= times;
        }
    }

    /** Functions of a size that is byte code everywhere. */
    private static void compiled(WasmBuilder guest, int functions, WasmCode piece) {
        byte[] bytes = repeated(piece, 120);
        int type = guest.type("i32 ->");
        repeat(functions, i -> guest.rawFunction(type, code().op(EMPTY).then(raw(bytes))));
    }

    private static void functions(WasmBuilder guest, String type, int count, WasmCode body) {
        int index = guest.type(type);
        byte[] bytes = body.toBytes();
        repeat(count, i -> guest.rawFunction(index, raw(bytes)));
    }

    /** One instruction after the other that an engine may have to mend. */
    private static void floors(WasmBuilder guest) {
        int type = guest.type("f64 -> f64");
        byte[] floors = new byte[520_000];
        Arrays.fill(floors, (byte) F64_FLOOR);
        guest.rawFunction(type, code().op(EMPTY).localGet(0).then(raw(floors)));
        byte[] others = Arrays.copyOf(floors, 220_000);
        guest.rawFunction(type, code().op(EMPTY).localGet(0).then(raw(others)));
    }

    private static void labels(WasmBuilder guest) {
        int type = guest.type("i32 ->");
        repeat(
                29,
                i -> {
                    WasmCode body = code().op(EMPTY).localGet(0).op(BR_TABLE).unsigned(19_990);
                    guest.rawFunction(type, body.then(raw(new byte[19_991])));
                });
    }

    private static void wideCalls(WasmBuilder guest, String type) {
        boolean gives = type.strip().startsWith("->");
        int wide =
                guest.rawFunction(
                        guest.type(type),
                        gives ? code().op(EMPTY).unreachable() : code().op(EMPTY));
        WasmCode piece =
                gives
                        ? code().block(NO_RESULT).call(wide).br(0).end()
                        : code().then(raw(repeated(code().i32Const(0), 1_000))).call(wide);
        if (gives) {
            bodies(guest, 10_000, piece, 4);
        } else {
            bodies(guest, 740_000, piece, 1_001);
        }
    }

    private static void wideIndirectCalls(WasmBuilder guest) {
        guest.table(1, 1);
        repeat(
                50,
                i -> {
                    String type = many(900 + i) + "->";
                    int index = guest.type(type);
                    WasmCode piece =
                            code().then(raw(repeated(code().i32Const(0), 901 + i)))
                                    .callIndirect(index, 0);
                    bodies(guest, 13_600, piece, 902 + i);
                });
    }

    /** Jumps out of a block with many operands below what they keep. */
    private static void jumps(WasmBuilder guest) {
        int gives = guest.type("->" + many(900));
        int type = guest.type("i32 ->");
        repeat(
                3,
                i -> {
                    WasmCode body = code().op(EMPTY).block(gives);
                    body.then(raw(repeated(code().i32Const(0), 1_900)));
                    body.then(raw(repeated(code().localGet(0).brIf(0), 1_000)));
                    body.then(raw(repeated(code().drop(), 1_000))).end();
                    body.then(raw(repeated(code().drop(), 900)));
                    guest.rawFunction(type, body);
                });
    }

    private static void wideBlocks(WasmBuilder guest) {
        int wide = guest.type(many(990) + "->" + many(990));
        int type = guest.type("i32 ->");
        repeat(
                1,
                i -> {
                    WasmCode body = code().op(EMPTY);
                    body.then(raw(repeated(code().i32Const(0), 990)));
                    body.then(raw(repeated(code().block(wide).end(), 2_900)));
                    body.then(raw(repeated(code().drop(), 990)));
                    guest.rawFunction(type, body);
                });
    }

    private static void blocks(WasmBuilder guest) {
        int type = guest.type("i32 ->");
        byte[] blocks = repeated(code().block(NO_RESULT).localGet(0).brIf(0).end(), 19_000);
        repeat(8, i -> guest.rawFunction(type, code().op(EMPTY).then(raw(blocks))));
    }

    private static void nested(WasmBuilder guest) {
        int type = guest.type("i32 ->");
        byte[] open = repeated(code().block(NO_RESULT), 4_900);
        byte[] close = repeated(code().end(), 4_900);
        repeat(50, i -> guest.rawFunction(type, code().op(EMPTY).then(raw(open)).then(raw(close))));
    }

    private static void types(WasmBuilder guest) {
        String[] letters = {"i32", "i64", "f32", "f64"};
        repeat(
                3_000,
                i -> {
                    StringBuilder type = new StringBuilder();
                    for (int digit = 0, rest = i; digit < 30; digit++, rest /= 4) {
                        type.append(letters[rest % 4]).append(' ');
                    }
                    guest.type(type + "->");
                });
    }
}
