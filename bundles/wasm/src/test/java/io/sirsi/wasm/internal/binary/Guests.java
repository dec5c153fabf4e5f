package io.sirsi.wasm.internal.binary;

import static io.sirsi.spi.wasm.WasmCode.NO_RESULT;
import static io.sirsi.spi.wasm.WasmCode.code;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sirsi.spi.wasm.EngineLimits;
import io.sirsi.spi.wasm.FunctionType;
import io.sirsi.spi.wasm.ValueType;
import io.sirsi.spi.wasm.WasmBuilder;
import io.sirsi.spi.wasm.WasmCode;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** Modules that are tried, and what they are admitted to. */
final class Guests {

    static final ImportName LOG = new ImportName("sirsi", "log");
    static final FunctionType CALL =
            new FunctionType(List.of(ValueType.I32, ValueType.I32), List.of(ValueType.I32));
    static final AdmissionLimits LIMITS =
            new AdmissionLimits(new EngineLimits(256, 10_000), Map.of(LOG, CALL));

    private Guests() {}

    static AdmittedModule admit(WasmBuilder guest) throws RefusedModuleException {
        return Admission.admit(guest.build(), LIMITS);
    }

    /** {@return why a module is not admitted} */
    static RefusedModuleException refusal(byte[] module) {
        return catchThrowableOfType(
                RefusedModuleException.class, () -> Admission.admit(module, LIMITS));
    }

    /** {@return why a module is not admitted} */
    static RefusedModuleException refusal(WasmBuilder guest) {
        return refusal(guest.build());
    }

    /** {@return a module of sections that are given as "id content", in hexadecimal digits} */
    static byte[] sections(String... sections) {
        WasmBuilder module = new WasmBuilder();
        for (String section : sections) {
            byte[] bytes = hex(section);
            module.section(bytes[0], Arrays.copyOfRange(bytes, 1, bytes.length));
        }
        return module.build();
    }

    /** {@return the bytes of hexadecimal digits; blanks do not count} */
    static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits.replace(" ", ""));
    }

    /** {@return the least that can run a task} */
    static WasmBuilder reactor() {
        return new WasmBuilder()
                .memory(1, 4)
                .export("alloc", "i32 -> i32", code().i32Const(1024))
                .export("dealloc", "i32 i32 ->", code())
                .export("handle", "i32 i32 -> i64", code().i64Const(0));
    }

    /** {@return a function of its own with this body} */
    static WasmBuilder body(WasmCode code) {
        WasmBuilder guest = new WasmBuilder().memory(1, 1);
        guest.function("->", code);
        return guest;
    }

    /** {@return a module that has one of everything} */
    static WasmBuilder everything() {
        WasmBuilder guest = new WasmBuilder();
        int log = guest.importFunction("sirsi", "log", "i32 i32 -> i32");
        guest.memory(2, 100_000 / 64).table(4, -1);
        int counter = guest.global(ValueType.I64, true, code().i64Const(-1));
        guest.global(ValueType.F64, false, code().f64Const(Math.PI));
        int many =
                guest.function(
                        "i32 -> i64",
                        List.of(ValueType.I32, ValueType.I64, ValueType.F32, ValueType.F64),
                        code().block(NO_RESULT)
                                .loop(NO_RESULT)
                                .localGet(0)
                                .i32Eqz()
                                .brIf(1)
                                .localGet(0)
                                .ifTrue(0x7f)
                                .i32Const(Integer.MIN_VALUE)
                                .orElse()
                                .i32Const(7)
                                .end()
                                .localSet(1)
                                .i32Const(0)
                                .op(0x0e) // br_table
                                .unsigned(2)
                                .unsigned(0)
                                .unsigned(1)
                                .unsigned(1)
                                .end()
                                .end()
                                .f32Const(1.5f)
                                .f32Const(2)
                                .f32Add()
                                .op0xFC(0)
                                .drop()
                                .i32Const(0)
                                .i32Const(0)
                                .i32Const(1)
                                .memoryInit(1)
                                .dataDrop(1)
                                .i32Const(0)
                                .i32Const(8)
                                .i32Const(8)
                                .memoryCopy()
                                .i32Const(0)
                                .i32Const(0)
                                .i32Const(8)
                                .memoryFill()
                                .i32Const(0)
                                .i32Const(0)
                                .i32Const(1)
                                .tableInit(1, 0)
                                .elemDrop(1)
                                .tableSize(0)
                                .drop()
                                .refNullFunc()
                                .op(0xd1)
                                .drop()
                                .globalGet(counter)
                                .globalSet(counter)
                                .i32Const(0)
                                .i32Const(0)
                                .call(log)
                                .drop()
                                .i32Const(8)
                                .i64Load(16)
                                .op(0xc3)); // i64.extend16_s
        int begin = guest.function("->", code().i32Const(3).call(many).drop());
        return guest.exportFunction("many", many)
                .exportTable("table", 0)
                .exportGlobal("counter", counter)
                .elements(0, many, begin)
                .passiveElements(many)
                .start(begin)
                .data(8, new byte[] {1, 2, 3})
                .passiveData(new byte[] {4, 5, 6})
                .custom("name", new byte[] {0, 1, 0})
                .custom("sirsi.agent", "{}".getBytes(StandardCharsets.UTF_8));
    }
}
