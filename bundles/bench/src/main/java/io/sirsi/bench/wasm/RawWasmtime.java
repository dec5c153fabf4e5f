package io.sirsi.bench.wasm;

import io.github.kawamuray.wasmtime.Config;
import io.github.kawamuray.wasmtime.Disposable;
import io.github.kawamuray.wasmtime.Engine;
import io.github.kawamuray.wasmtime.Extern;
import io.github.kawamuray.wasmtime.Func;
import io.github.kawamuray.wasmtime.ImportType;
import io.github.kawamuray.wasmtime.Instance;
import io.github.kawamuray.wasmtime.Memory;
import io.github.kawamuray.wasmtime.Store;
import io.github.kawamuray.wasmtime.Val;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** Wasmtime by its binding, with the interruption by epochs on, as every host needs it. */
final class RawWasmtime implements RawEngine {

    private static final long NEVER = 1L << 40;

    private final Engine engine;

    RawWasmtime() {
        try (Config config = new Config()) {
            config.epochInterruption(true);
            engine = new Engine(config);
        }
    }

    @Override
    public Module compile(byte[] binary) {
        return new Compiled(engine, io.github.kawamuray.wasmtime.Module.fromBinary(engine, binary));
    }

    @Override
    public void close() {
        engine.dispose();
    }

    private record Compiled(Engine engine, io.github.kawamuray.wasmtime.Module module)
            implements Module {

        @Override
        public Guest instantiate() {
            Store<Object> store = new Store<>(this, engine);
            store.setEpochDeadline(NEVER);
            List<Disposable> parts = new ArrayList<>();
            List<Extern> imports = new ArrayList<>();
            for (ImportType wanted : module.imports()) {
                Func function =
                        new Func(
                                store,
                                wanted.func(),
                                (caller, parameters, results) ->
                                        Arrays.fill(results, Val.fromI32(0)));
                parts.add(function);
                imports.add(Extern.fromFunc(function));
            }
            Instance instance = new Instance(store, module, imports);
            parts.add(instance);
            return new Running(store, instance, parts);
        }

        @Override
        public void close() {
            module.dispose();
        }
    }

    private record Running(Store<Object> store, Instance instance, List<Disposable> parts)
            implements Guest {

        @Override
        public Export function(String name) {
            Func function = instance.getFunc(store, name).orElseThrow();
            parts.add(function);
            return arguments -> {
                Val[] values = new Val[arguments.length];
                for (int i = 0; i < values.length; i++) {
                    values[i] = Val.fromI32((int) arguments[i]);
                }
                Val[] results = function.call(store, values);
                long[] numbers = new long[results.length];
                for (int i = 0; i < numbers.length; i++) {
                    numbers[i] =
                            results[i].getType() == Val.Type.I64
                                    ? results[i].i64()
                                    : results[i].i32();
                }
                return numbers;
            };
        }

        @Override
        public void write(int address, byte[] bytes) {
            try (Memory memory = memory()) {
                ByteBuffer buffer = memory.buffer(store);
                buffer.position(address);
                buffer.put(bytes);
            }
        }

        @Override
        public byte[] read(int address, int length) {
            try (Memory memory = memory()) {
                byte[] bytes = new byte[length];
                ByteBuffer buffer = memory.buffer(store);
                buffer.position(address);
                buffer.get(bytes);
                return bytes;
            }
        }

        private Memory memory() {
            return instance.getMemory(store, "memory").orElseThrow();
        }

        @Override
        public void close() {
            Collections.reverse(parts);
            parts.forEach(Disposable::dispose);
            store.dispose();
        }
    }
}
