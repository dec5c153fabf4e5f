package io.sirsi.bench.wasm;

import java.util.Arrays;
import java.util.function.Function;
import run.endive.compiler.InterpreterFallback;
import run.endive.compiler.MachineFactoryCompiler;
import run.endive.runtime.ExportFunction;
import run.endive.runtime.ImportFunction;
import run.endive.runtime.ImportValues;
import run.endive.runtime.Instance;
import run.endive.runtime.Machine;
import run.endive.wasm.Parser;
import run.endive.wasm.WasmModule;
import run.endive.wasm.types.FunctionImport;
import run.endive.wasm.types.FunctionType;

/** Endive, compiling to byte code. */
final class RawEndive implements RawEngine {

    @Override
    public Module compile(byte[] binary) {
        WasmModule parsed = Parser.parse(binary);
        return new Compiled(
                parsed,
                MachineFactoryCompiler.builder(parsed)
                        .withInterpreterFallback(InterpreterFallback.SILENT)
                        .compile(),
                imports(parsed));
    }

    private static ImportValues imports(WasmModule parsed) {
        ImportValues.Builder values = ImportValues.builder();
        parsed.importSection().stream()
                .filter(FunctionImport.class::isInstance)
                .map(FunctionImport.class::cast)
                .forEach(
                        wanted -> {
                            FunctionType type = parsed.typeSection().getType(wanted.typeIndex());
                            long[] nothing = new long[type.returns().size()];
                            values.addFunction(
                                    new ImportFunction(
                                            wanted.module(),
                                            wanted.name(),
                                            type,
                                            (instance, arguments) ->
                                                    Arrays.copyOf(nothing, nothing.length)));
                        });
        return values.build();
    }

    @Override
    public void close() {}

    private record Compiled(
            WasmModule parsed, Function<Instance, Machine> machines, ImportValues imports)
            implements Module {

        @Override
        public Guest instantiate() {
            return new Running(
                    Instance.builder(parsed)
                            .withMachineFactory(machines)
                            .withImportValues(imports)
                            .build());
        }

        @Override
        public void close() {}
    }

    private record Running(Instance instance) implements Guest {

        @Override
        public RawEngine.Export function(String name) {
            ExportFunction function = instance.export(name);
            return function::apply;
        }

        @Override
        public void write(int address, byte[] bytes) {
            instance.memory().write(address, bytes);
        }

        @Override
        public byte[] read(int address, int length) {
            return instance.memory().readBytes(address, length);
        }

        @Override
        public void close() {}
    }
}
