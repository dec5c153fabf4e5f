package io.sirsi.wasm.endive.internal;

import io.sirsi.spi.wasm.WasmRejectedException;
import run.endive.wasm.WasmModule;
import run.endive.wasm.types.FunctionBody;
import run.endive.wasm.types.FunctionType;
import run.endive.wasm.types.OpCode;

/**
 * What a function costs to compile. Byte code needs the types of all variables again at each block,
 * so that the two multiply: measured, 4,000 variables and 20,000 blocks (148 KB of module) need
 * more than 256 MB of heap, and a quarter of that is compiled in it.
 */
final class CompileCost {

    private static final long MOST = 20_000_000;

    private CompileCost() {}

    /**
     * Looks at each function.
     *
     * @throws WasmRejectedException if one of them costs too much
     */
    static void check(WasmModule module) throws WasmRejectedException {
        for (int i = 0; i < module.codeSection().functionBodyCount(); i++) {
            FunctionBody body = module.codeSection().getFunctionBody(i);
            FunctionType type =
                    module.typeSection().getType(module.functionSection().getFunctionType(i));
            long variables = (long) body.localTypes().size() + type.params().size();
            long blocks =
                    body.instructions().stream().filter(each -> opensBlock(each.opcode())).count();
            if (variables * blocks > MOST) {
                throw new WasmRejectedException(
                        "a function has "
                                + variables
                                + " variables and "
                                + blocks
                                + " blocks, which together are too many to be compiled; split it");
            }
        }
    }

    private static boolean opensBlock(OpCode code) {
        return code == OpCode.BLOCK || code == OpCode.LOOP || code == OpCode.IF;
    }
}
