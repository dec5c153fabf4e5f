package io.sirsi.wasm.endive.internal;

import java.util.List;
import java.util.Set;
import run.endive.wasm.WasmModule;
import run.endive.wasm.types.CodeSection;
import run.endive.wasm.types.FunctionBody;

/**
 * Lets go of what the engine has read of functions and does not need any more: some 70 bytes for
 * each instruction of those that are byte code now.
 */
final class Bodies {

    private static final FunctionBody GONE = new FunctionBody(List.of(), List.of());

    private Bodies() {}

    /**
     * {@return the same module with the instructions of some functions only}
     *
     * @param interpreted the numbers of these functions, imported ones counted
     */
    static WasmModule keepOnly(Set<Integer> interpreted, WasmModule module) {
        int imported = module.importSection().importCount();
        CodeSection code = module.codeSection();
        CodeSection.Builder kept =
                CodeSection.builder().setRequiresDataCount(code.isRequiresDataCount());
        for (int i = 0; i < code.functionBodyCount(); i++) {
            kept.addFunctionBody(
                    interpreted.contains(imported + i) ? code.getFunctionBody(i) : GONE);
        }
        WasmModule.Builder lean =
                WasmModule.builder()
                        .setTypeSection(module.typeSection())
                        .setImportSection(module.importSection())
                        .setFunctionSection(module.functionSection())
                        .setTableSection(module.tableSection())
                        .setGlobalSection(module.globalSection())
                        .setExportSection(module.exportSection())
                        .setElementSection(module.elementSection())
                        .setCodeSection(kept.build())
                        .setDataSection(module.dataSection())
                        .withValidation(false);
        module.memorySection().ifPresent(lean::setMemorySection);
        module.startSection().ifPresent(lean::setStartSection);
        module.dataCountSection().ifPresent(lean::setDataCountSection);
        return lean.build();
    }
}
