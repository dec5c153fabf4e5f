package io.sirsi.wasm.endive.internal;

import io.sirsi.spi.wasm.EngineLimits;
import io.sirsi.spi.wasm.FunctionType;
import io.sirsi.spi.wasm.HostImport;
import io.sirsi.spi.wasm.ValueType;
import io.sirsi.spi.wasm.WasmRejectedException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import run.endive.runtime.Memory;
import run.endive.wasm.WasmModule;
import run.endive.wasm.types.ExternalType;
import run.endive.wasm.types.FunctionImport;
import run.endive.wasm.types.MemoryLimits;
import run.endive.wasm.types.MemorySection;
import run.endive.wasm.types.Table;
import run.endive.wasm.types.ValType;

/**
 * What a module shows to the outside, in our words.
 *
 * @param imports the functions that it imports, by their index
 * @param exports the functions that it exports, by name
 * @param hasMemory whether it has a memory
 * @param minPages the memory's size at first, in pages
 * @param maxPages the memory's largest size that it declares, in pages
 */
record ModuleShape(
        List<HostImport> imports,
        Map<String, Export> exports,
        boolean hasMemory,
        int minPages,
        int maxPages) {

    /* The engine compares each import with each other one when it links. */
    private static final int MAX_IMPORTS = 1000;

    static ModuleShape of(WasmModule module, EngineLimits limits) throws WasmRejectedException {
        List<HostImport> imports = imports(module);
        MemorySection section = module.memorySection().orElse(null);
        int memories = section == null ? 0 : section.memoryCount();
        if (memories > 1) {
            throw new WasmRejectedException("the module has more than one memory");
        }
        checkTables(module, limits);
        Map<String, Export> exports = exports(module, imports.size());
        if (section == null || memories == 0) {
            return new ModuleShape(imports, exports, false, 0, 0);
        }
        MemoryLimits memory = section.getMemory(0).limits();
        int most = Math.min(limits.memoryPages(), Memory.RUNTIME_MAX_PAGES);
        if (memory.initialPages() > most) {
            throw new WasmRejectedException(
                    "the module needs a memory of "
                            + memory.initialPages()
                            + " pages, and may have "
                            + most);
        }
        if (memory.shared()) {
            throw new WasmRejectedException("the module shares its memory, which needs threads");
        }
        return new ModuleShape(
                imports, exports, true, memory.initialPages(), memory.maximumPages());
    }

    /** {@return a type in the engine's words} */
    static run.endive.wasm.types.FunctionType toEngine(FunctionType type) {
        return run.endive.wasm.types.FunctionType.of(
                type.parameters().stream().map(ModuleShape::toEngine).toList(),
                type.results().stream().map(ModuleShape::toEngine).toList());
    }

    private static ValType toEngine(ValueType type) {
        return switch (type) {
            case I32 -> ValType.I32;
            case I64 -> ValType.I64;
            case F32 -> ValType.F32;
            case F64 -> ValType.F64;
        };
    }

    private static List<HostImport> imports(WasmModule module) throws WasmRejectedException {
        int count = module.importSection().importCount();
        if (count > MAX_IMPORTS) {
            throw new WasmRejectedException(
                    "the module has " + count + " imports, more than " + MAX_IMPORTS);
        }
        List<HostImport> imports = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            run.endive.wasm.types.Import each = module.importSection().getImport(i);
            if (!(each instanceof FunctionImport function)) {
                throw new WasmRejectedException(
                        "the module imports '"
                                + each.module()
                                + "."
                                + each.name()
                                + "', which is not a function");
            }
            FunctionType type = ours(module.typeSection().getType(function.typeIndex()));
            if (type == null) {
                throw new WasmRejectedException(
                        "the module imports '"
                                + each.module()
                                + "."
                                + each.name()
                                + "' with a type that cannot cross");
            }
            imports.add(new HostImport(each.module(), each.name(), type));
        }
        return List.copyOf(imports);
    }

    private static Map<String, Export> exports(WasmModule module, int imports)
            throws WasmRejectedException {
        Map<String, Export> exports = new HashMap<>();
        for (int i = 0; i < module.exportSection().exportCount(); i++) {
            run.endive.wasm.types.Export each = module.exportSection().getExport(i);
            if (each.exportType() != ExternalType.FUNCTION) {
                continue;
            }
            int index = each.index();
            int typeIndex =
                    index < imports
                            ? ((FunctionImport) module.importSection().getImport(index)).typeIndex()
                            : module.functionSection().getFunctionType(index - imports);
            FunctionType type = ours(module.typeSection().getType(typeIndex));
            if (type == null) {
                throw new WasmRejectedException(
                        "the module exports '" + each.name() + "' with a type that cannot cross");
            }
            exports.put(each.name(), new Export(index, type));
        }
        return Map.copyOf(exports);
    }

    private static void checkTables(WasmModule module, EngineLimits limits)
            throws WasmRejectedException {
        for (int i = 0; i < module.tableSection().tableCount(); i++) {
            Table table = module.tableSection().getTable(i);
            if (table.elementType().isObjectRef()) {
                throw new WasmRejectedException(
                        "the module has a table of something else than functions");
            }
            if (table.limits().min() > limits.tableElements()) {
                throw new WasmRejectedException(
                        "the module needs a table of "
                                + table.limits().min()
                                + " elements, and may have "
                                + limits.tableElements());
            }
        }
    }

    private static @Nullable FunctionType ours(run.endive.wasm.types.FunctionType type) {
        List<ValueType> parameters = ours(type.params());
        List<ValueType> results = ours(type.returns());
        return parameters == null || results == null ? null : new FunctionType(parameters, results);
    }

    private static @Nullable List<ValueType> ours(List<ValType> types) {
        List<ValueType> ours = new ArrayList<>();
        for (ValType type : types) {
            if (type.equals(ValType.I32)) {
                ours.add(ValueType.I32);
            } else if (type.equals(ValType.I64)) {
                ours.add(ValueType.I64);
            } else if (type.equals(ValType.F32)) {
                ours.add(ValueType.F32);
            } else if (type.equals(ValType.F64)) {
                ours.add(ValueType.F64);
            } else {
                return null;
            }
        }
        return ours;
    }
}
