package io.sirsi.wasm.endive.internal;

import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import run.endive.wasm.WasmModule;
import run.endive.wasm.types.CodeSection;
import run.endive.wasm.types.FunctionBody;

/** Gives a module that the engine has read other bodies; all else stays. */
final class Bodies {

    private static final FunctionBody GONE = new FunctionBody(List.of(), List.of());

    private Bodies() {}

    /**
     * Lets go of what the engine does not need any more: some 70 bytes for each instruction of the
     * functions that are byte code now.
     *
     * @param interpreted the numbers of the functions that keep theirs, imported ones counted
     * @return the same module with the instructions of these functions only
     */
    static WasmModule keepOnly(Set<Integer> interpreted, WasmModule module) {
        int imported = module.importSection().importCount();
        CodeSection code = module.codeSection();
        CodeSection.Builder kept = builder(code);
        for (int i = 0; i < code.functionBodyCount(); i++) {
            kept.addFunctionBody(
                    interpreted.contains(imported + i) ? code.getFunctionBody(i) : GONE);
        }
        return with(kept.build(), module);
    }

    /** {@return the same module with each body exchanged} */
    static WasmModule exchange(UnaryOperator<FunctionBody> exchange, WasmModule module) {
        CodeSection code = module.codeSection();
        CodeSection.Builder exchanged = builder(code);
        for (int i = 0; i < code.functionBodyCount(); i++) {
            exchanged.addFunctionBody(exchange.apply(code.getFunctionBody(i)));
        }
        return with(exchanged.build(), module);
    }

    private static CodeSection.Builder builder(CodeSection code) {
        return CodeSection.builder().setRequiresDataCount(code.isRequiresDataCount());
    }

    private static WasmModule with(CodeSection code, WasmModule module) {
        WasmModule.Builder other =
                WasmModule.builder()
                        .setTypeSection(module.typeSection())
                        .setImportSection(module.importSection())
                        .setFunctionSection(module.functionSection())
                        .setTableSection(module.tableSection())
                        .setGlobalSection(module.globalSection())
                        .setExportSection(module.exportSection())
                        .setElementSection(module.elementSection())
                        .setCodeSection(code)
                        .setDataSection(module.dataSection())
                        .withValidation(false);
        module.memorySection().ifPresent(other::setMemorySection);
        module.startSection().ifPresent(other::setStartSection);
        module.dataCountSection().ifPresent(other::setDataCountSection);
        module.tagSection().ifPresent(other::setTagSection);
        return other.build();
    }
}
