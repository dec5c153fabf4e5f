package io.sirsi.wasm.internal.binary;

import static io.sirsi.spi.wasm.ValueType.I32;
import static io.sirsi.spi.wasm.ValueType.I64;

import io.sirsi.spi.wasm.FunctionType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Whether a module exports what a guest must.
 *
 * @param mode how it is run; empty if it exports neither {@code handle} nor {@code _start}
 * @param problems one sentence for each thing that is missing or of a wrong type; empty if it can
 *     be run
 */
public record GuestExports(Optional<GuestMode> mode, List<String> problems) {

    private static final String MEMORY = "memory";
    private static final String HANDLE = "handle";
    private static final String START = "_start";
    private static final FunctionType NOTHING = new FunctionType(List.of(), List.of());

    public GuestExports {
        problems = List.copyOf(problems);
    }

    /** {@return what is to be said of the exports of a module} */
    public static GuestExports of(AdmittedModule module) {
        Map<String, Export> exports = module.exports();
        List<String> problems = new ArrayList<>();
        if (exports.containsKey(HANDLE)) {
            memory(exports, problems);
            function(exports, problems, "alloc", new FunctionType(List.of(I32), List.of(I32)));
            function(exports, problems, "dealloc", new FunctionType(List.of(I32, I32), List.of()));
            function(exports, problems, HANDLE, new FunctionType(List.of(I32, I32), List.of(I64)));
            optional(exports, problems, "health", new FunctionType(List.of(), List.of(I64)));
            optional(exports, problems, "_initialize", NOTHING);
            return new GuestExports(Optional.of(GuestMode.REACTOR), problems);
        }
        if (exports.containsKey(START)) {
            memory(exports, problems);
            function(exports, problems, START, NOTHING);
            return new GuestExports(Optional.of(GuestMode.COMMAND), problems);
        }
        problems.add(
                "it exports neither handle (i32 i32) -> (i64), which runs a task, nor _start () ->"
                        + " (), which makes it a program: export one of them");
        return new GuestExports(Optional.empty(), problems);
    }

    private static void memory(Map<String, Export> exports, List<String> problems) {
        Export memory = exports.get(MEMORY);
        if (memory == null) {
            problems.add("it does not export its memory as memory: tasks are handed over there");
        } else if (memory.kind() != Export.Kind.MEMORY) {
            problems.add("its export memory is not a memory");
        }
    }

    private static void function(
            Map<String, Export> exports, List<String> problems, String name, FunctionType wanted) {
        if (exports.containsKey(name)) {
            optional(exports, problems, name, wanted);
        } else {
            problems.add("it does not export the function " + name + " " + wanted);
        }
    }

    private static void optional(
            Map<String, Export> exports, List<String> problems, String name, FunctionType wanted) {
        Export export = exports.get(name);
        if (export == null) {
            return;
        }
        if (export.kind() != Export.Kind.FUNCTION) {
            problems.add("its export " + name + " is not a function: it must be " + wanted);
        } else if (!export.type().equals(Optional.of(wanted))) {
            problems.add(
                    "its function "
                            + name
                            + " is "
                            + export.type().map(FunctionType::toString).orElse("one of references")
                            + ": it must be "
                            + wanted);
        }
    }
}
