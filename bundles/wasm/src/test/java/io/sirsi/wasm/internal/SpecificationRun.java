package io.sirsi.wasm.internal;

import com.fasterxml.jackson.databind.JsonNode;
import io.sirsi.spi.wasm.EngineLimits;
import io.sirsi.spi.wasm.FunctionType;
import io.sirsi.spi.wasm.ValueType;
import io.sirsi.spi.wasm.WasmEngine;
import io.sirsi.spi.wasm.WasmEngine.CompiledModule;
import io.sirsi.spi.wasm.WasmEngine.WasmInstance;
import io.sirsi.spi.wasm.WasmRejectedException;
import io.sirsi.spi.wasm.WasmTrap;
import io.sirsi.wasm.internal.binary.Admission;
import io.sirsi.wasm.internal.binary.AdmissionLimits;
import io.sirsi.wasm.internal.binary.ImportName;
import io.sirsi.wasm.internal.binary.RefusedModuleException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Runs one file of the specification's tests with an engine, after admission. What neither admits
 * nor can be said through the engine's interface is skipped, with the reason.
 */
final class SpecificationRun implements AutoCloseable {

    private static final EngineLimits LIMITS = new EngineLimits(1_024, 100_000);
    private static final Duration LONG = Duration.ofSeconds(20);

    private static final String CHANGED = "may have been changed by a module left out";

    private static final Set<String> NUMBERS = Set.of("i32", "i64", "f32", "f64");

    private static final Map<ImportName, FunctionType> PRINTERS =
            Map.of(
                    printer("print"), taking(),
                    printer("print_i32"), taking(ValueType.I32),
                    printer("print_i64"), taking(ValueType.I64),
                    printer("print_f32"), taking(ValueType.F32),
                    printer("print_f64"), taking(ValueType.F64),
                    printer("print_i32_f32"), taking(ValueType.I32, ValueType.F32),
                    printer("print_f64_f64"), taking(ValueType.F64, ValueType.F64));

    private final WasmEngine engine;
    private final Map<String, byte[]> files;
    private final String folder;
    private final Map<String, Loaded> named = new HashMap<>();
    private final List<Loaded> kept = new ArrayList<>();
    private final List<Loaded> registered = new ArrayList<>();
    private Loaded newest = new Loaded("there is no module before", null);

    /** How many commands of each type passed, as {@code assert_return}. */
    final Map<String, Integer> passed = new TreeMap<>();

    final List<String> failed = new ArrayList<>();

    /** Why commands were skipped, and how many. */
    final Map<String, Integer> skipped = new TreeMap<>();

    SpecificationRun(WasmEngine engine, Map<String, byte[]> files, String folder) {
        this.engine = engine;
        this.files = files;
        this.folder = folder;
    }

    /** A module that runs, or why it does not. */
    private static final class Loaded {
        private String reason;
        private final @Nullable CompiledModule module;
        private final List<Call> history = new ArrayList<>();
        private @Nullable WasmInstance instance;

        Loaded(String reason, @Nullable CompiledModule module) {
            this.reason = reason;
            this.module = module;
        }

        /** A trap ends an instance; the specification goes on with it, so all is done again. */
        WasmInstance instance() throws WasmTrap, WasmRejectedException {
            WasmInstance there = instance;
            if (there != null && there.usable()) {
                return there;
            }
            if (there != null) {
                there.close();
            }
            WasmInstance again = open();
            instance = again;
            for (Call call : history) {
                call.run(again);
            }
            return again;
        }

        void close() {
            if (instance != null) {
                instance.close();
            }
            if (module != null) {
                module.close();
            }
        }

        WasmInstance open() throws WasmTrap, WasmRejectedException {
            if (module == null) {
                throw new IllegalStateException(reason);
            }
            return module.instantiate(TestModules.silent(PRINTERS), LONG);
        }
    }

    private record Call(String export, List<Long> arguments) {
        long[] run(WasmInstance instance) throws WasmTrap {
            return instance.call(
                    export, LONG, arguments.stream().mapToLong(Long::longValue).toArray());
        }
    }

    /** A command cannot be done here. */
    private static final class Skipped extends Exception {
        private static final long serialVersionUID = 1L;

        Skipped(String reason) {
            super(reason, null, false, false);
        }
    }

    void command(JsonNode command) {
        String type = command.path("type").asText();
        String name = folder + ":" + command.path("line").asInt() + " " + type;
        try {
            String problem = outcome(type, command);
            if (problem.isEmpty()) {
                passed.merge(type, 1, Integer::sum);
            } else {
                failed.add(name + ": " + problem);
            }
        } catch (Skipped skip) {
            skipped.merge(String.valueOf(skip.getMessage()), 1, Integer::sum);
        } catch (WasmTrap trap) {
            failed.add(name + ": trapped, " + trap.kind() + " " + trap.sentence());
        } catch (WasmRejectedException rejected) {
            failed.add(name + ": rejected, " + rejected.getMessage());
        }
    }

    private String outcome(String type, JsonNode command)
            throws Skipped, WasmTrap, WasmRejectedException {
        return switch (type) {
            case "module" -> module(command);
            case "register" -> {
                Loaded one =
                        command.has("name") ? named.get(command.path("name").asText()) : newest;
                if (one != null) {
                    registered.add(one);
                    kept.add(one);
                }
                throw new Skipped("register: no guest imports from another");
            }
            case "action" -> {
                invoke(command);
                yield "";
            }
            case "assert_return" -> compare(command, invoke(command));
            case "assert_trap", "assert_exhaustion" -> trap(command);
            case "assert_invalid",
                    "assert_malformed",
                    "assert_unlinkable",
                    "assert_uninstantiable" ->
                    refused(command);
            default -> throw new Skipped("the command " + type);
        };
    }

    @Override
    public void close() {
        newest.close();
        kept.forEach(Loaded::close);
    }

    private String module(JsonNode command) throws Skipped, WasmTrap, WasmRejectedException {
        String reason;
        try {
            CompiledModule module = engine.compile(admitted(command), LIMITS);
            if (!kept.contains(newest)) {
                newest.close();
            }
            newest = new Loaded("", module);
            if (command.has("name")) {
                kept.add(newest);
            }
            newest.instance = newest.open();
            reason = "";
        } catch (RefusedModuleException refused) {
            reason = "by admission: " + refused.rule();
            registered.forEach(one -> one.reason = CHANGED);
        } catch (WasmRejectedException rejected) {
            if (!String.valueOf(rejected.getMessage()).contains("type that cannot cross")
                    && !String.valueOf(rejected.getMessage())
                            .contains("something else than functions")) {
                newest = new Loaded("its module failed", null);
                throw rejected;
            }
            reason = "references cross, or fill a table";
        }
        if (!reason.isEmpty()) {
            newest = new Loaded(reason, null);
        }
        if (command.has("name")) {
            named.put(command.path("name").asText(), newest);
        }
        if (!reason.isEmpty()) {
            throw new Skipped(reason);
        }
        return "";
    }

    private byte[] admitted(JsonNode command) throws RefusedModuleException, Skipped {
        byte[] binary = files.get(folder + "/" + command.path("filename").asText());
        if (binary == null) {
            throw new Skipped("a module in text");
        }
        return Admission.admit(binary, new AdmissionLimits(LIMITS, PRINTERS)).rewritten();
    }

    private String refused(JsonNode command) throws Skipped {
        try {
            try (CompiledModule module = engine.compile(admitted(command), LIMITS)) {
                module.instantiate(TestModules.silent(PRINTERS), LONG).close();
            }
            return "was taken, but: " + command.path("text").asText();
        } catch (RefusedModuleException refused) {
            registered.forEach(one -> one.reason = CHANGED);
            return "";
        } catch (WasmRejectedException | WasmTrap expected) {
            return "";
        }
    }

    private long[] invoke(JsonNode command) throws Skipped, WasmTrap, WasmRejectedException {
        JsonNode action = command.path("action");
        Loaded loaded = action.has("module") ? named.get(action.path("module").asText()) : newest;
        if (loaded == null || !loaded.reason.isEmpty()) {
            throw new Skipped(loaded == null ? "an unknown module" : loaded.reason);
        }
        if (!action.path("type").asText().equals("invoke")) {
            throw new Skipped("globals are not read from outside");
        }
        List<Long> arguments = new ArrayList<>();
        for (JsonNode value : action.path("args")) {
            if (!NUMBERS.contains(value.path("type").asText())) {
                throw new Skipped("references cross, or fill a table");
            }
            arguments.add(bits(value));
        }
        Call call = new Call(action.path("field").asText(), arguments);
        long[] results = call.run(loaded.instance());
        loaded.history.add(call);
        return results;
    }

    private String trap(JsonNode command) throws Skipped, WasmRejectedException {
        try {
            invoke(command);
            return "returned, but: " + command.path("text").asText();
        } catch (WasmTrap trap) {
            boolean stack = command.path("type").asText().equals("assert_exhaustion");
            return stack && trap.kind() != WasmTrap.Kind.STACK
                    ? "trapped otherwise: " + trap.kind()
                    : "";
        }
    }

    private static String compare(JsonNode command, long[] results) {
        JsonNode expected = command.path("expected");
        if (expected.size() != results.length) {
            return results.length + " results, not " + expected.size();
        }
        for (int i = 0; i < results.length; i++) {
            if (!matches(expected.get(i), results[i])) {
                return "0x" + Long.toHexString(results[i]) + ", not " + expected.get(i);
            }
        }
        return "";
    }

    private static boolean matches(JsonNode expected, long actual) {
        String type = expected.path("type").asText();
        String value = expected.path("value").asText();
        boolean narrow = type.endsWith("32");
        if (!value.startsWith("nan:")) {
            return narrow ? (int) actual == (int) bits(expected) : actual == bits(expected);
        }
        long quiet = narrow ? 0x7FC0_0000L : 0x7FF8_0000_0000_0000L;
        long magnitude = actual & (narrow ? 0x7FFF_FFFFL : Long.MAX_VALUE);
        return value.equals("nan:canonical") ? magnitude == quiet : (magnitude & quiet) == quiet;
    }

    private static long bits(JsonNode value) {
        String text = value.path("value").asText();
        return value.path("type").asText().endsWith("32")
                ? Integer.parseUnsignedInt(text)
                : Long.parseUnsignedLong(text);
    }

    private static ImportName printer(String name) {
        return new ImportName("spectest", name);
    }

    private static FunctionType taking(ValueType... types) {
        return new FunctionType(List.of(types), List.of());
    }
}
