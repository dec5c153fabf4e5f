package io.sirsi.spi.wasm;

import io.sirsi.spi.wasm.WasmCode.Leb128;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/**
 * Writes modules of WebAssembly for tests, byte by byte: what it is told, valid or not. Types are
 * written as {@code "i32 i32 -> i64"}. Imports come before functions, as they share their indices.
 *
 * <pre>{@code
 * byte[] module = new WasmBuilder()
 *     .memory(1, 4)
 *     .export("add", "i32 i32 -> i32", code().localGet(0).localGet(1).i32Add())
 *     .build();
 * }</pre>
 */
public final class WasmBuilder {

    private static final byte[] HEADER = {0, 'a', 's', 'm', 1, 0, 0, 0};
    private static final int FUNCTION = 0;
    private static final int TABLE = 1;
    private static final int MEMORY = 2;
    private static final int GLOBAL = 3;
    private static final int FUNCREF = 0x70;

    private final List<FunctionType> types = new ArrayList<>();
    private final Entries imports = new Entries();
    private final Entries functions = new Entries();
    private final Entries tables = new Entries();
    private final Entries memories = new Entries();
    private final Entries globals = new Entries();
    private final Entries exports = new Entries();
    private final Entries elements = new Entries();
    private final Entries bodies = new Entries();
    private final Entries data = new Entries();
    private final ByteArrayOutputStream customs = new ByteArrayOutputStream();
    private int importedFunctions;
    private int start = -1;
    private boolean dataCount;

    /** {@return the index of a type, which is written once} */
    public int type(String type) {
        return index(WasmCode.type(type));
    }

    /**
     * Imports a function.
     *
     * @return its index
     */
    public int importFunction(String module, String name, String type) {
        if (functions.count > 0) {
            throw new IllegalStateException("imports come before functions: " + name);
        }
        imports.add(
                out -> {
                    out.writeBytes(WasmCode.name(module));
                    out.writeBytes(WasmCode.name(name));
                    out.write(FUNCTION);
                    out.writeBytes(Leb128.unsigned(type(type)));
                });
        return importedFunctions++;
    }

    /** Imports something else: the kind's byte and what describes it, as they are. */
    public WasmBuilder importOther(String module, String name, int kind, byte[] description) {
        imports.add(
                out -> {
                    out.writeBytes(WasmCode.name(module));
                    out.writeBytes(WasmCode.name(name));
                    out.write(kind);
                    out.writeBytes(description);
                });
        return this;
    }

    /** {@return the index that the next function will have, so that it can call itself} */
    public int nextFunction() {
        return importedFunctions + functions.count;
    }

    /**
     * Adds a function without further locals.
     *
     * @return its index
     */
    public int function(String type, WasmCode code) {
        return function(type, List.of(), code);
    }

    /**
     * Adds a function.
     *
     * @return its index
     */
    public int function(String type, List<ValueType> locals, WasmCode code) {
        int index = nextFunction();
        functions.add(out -> out.writeBytes(Leb128.unsigned(type(type))));
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes(Leb128.unsigned(locals.size()));
        for (ValueType local : locals) {
            body.write(1);
            body.write(WasmCode.byteOf(local));
        }
        body.writeBytes(code.toBytes());
        body.write(0x0B);
        bodies.add(out -> sized(out, body.toByteArray()));
        return index;
    }

    /**
     * Adds a function whose locals are written as they are, before its code.
     *
     * @return its index
     */
    public int rawFunction(int type, WasmCode localsAndCode) {
        int index = nextFunction();
        functions.add(out -> out.writeBytes(Leb128.unsigned(type)));
        bodies.add(out -> sized(out, localsAndCode.op(0x0B).toBytes()));
        return index;
    }

    /** Adds a function that knows its own index. */
    public int recursive(String type, IntFunction<WasmCode> code) {
        return function(type, code.apply(nextFunction()));
    }

    /** Adds a function and exports it. */
    public WasmBuilder export(String name, String type, WasmCode code) {
        return exportFunction(name, function(type, code));
    }

    /** Exports a function. */
    public WasmBuilder exportFunction(String name, int function) {
        return exportOther(name, FUNCTION, function);
    }

    /** Exports anything: 0 a function, 1 a table, 2 a memory, 3 a global. */
    public WasmBuilder exportOther(String name, int kind, int index) {
        exports.add(
                out -> {
                    out.writeBytes(WasmCode.name(name));
                    out.write(kind);
                    out.writeBytes(Leb128.unsigned(index));
                });
        return this;
    }

    /** Adds a memory, and exports the first as {@code memory}; a negative maximum is none. */
    public WasmBuilder memory(int minPages, int maxPages) {
        memories.add(out -> limits(out, minPages, maxPages));
        return memories.count == 1 ? exportOther("memory", MEMORY, 0) : this;
    }

    /** Adds a memory with flags of the caller's choice, such as 3 for a shared one. */
    public WasmBuilder memoryWithFlags(int flags, long min, long max) {
        memories.add(
                out -> {
                    out.write(flags);
                    out.writeBytes(Leb128.unsigned(min));
                    if ((flags & 1) != 0) {
                        out.writeBytes(Leb128.unsigned(max));
                    }
                });
        return this;
    }

    /** Adds a table of functions; a negative maximum is none. */
    public WasmBuilder table(int min, int max) {
        tables.add(
                out -> {
                    out.write(FUNCREF);
                    limits(out, min, max);
                });
        return this;
    }

    /**
     * Adds a global.
     *
     * @param init an expression without its end
     * @return its index
     */
    public int global(ValueType type, boolean mutable, WasmCode init) {
        globals.add(
                out -> {
                    out.write(WasmCode.byteOf(type));
                    out.write(mutable ? 1 : 0);
                    out.writeBytes(init.toBytes());
                    out.write(0x0B);
                });
        return globals.count - 1;
    }

    /** Exports a global. */
    public WasmBuilder exportGlobal(String name, int global) {
        return exportOther(name, GLOBAL, global);
    }

    /** Exports a table. */
    public WasmBuilder exportTable(String name, int table) {
        return exportOther(name, TABLE, table);
    }

    /** Puts functions into the first table, from an offset on. */
    public WasmBuilder elements(int offset, int... indices) {
        elements.add(
                out -> {
                    out.write(0);
                    out.writeBytes(WasmCode.code().i32Const(offset).end().toBytes());
                    indices(out, indices);
                });
        return this;
    }

    /** Adds a passive segment of functions. */
    public WasmBuilder passiveElements(int... indices) {
        elements.add(
                out -> {
                    out.write(1);
                    out.write(0);
                    indices(out, indices);
                });
        return this;
    }

    /** Puts bytes into the memory, from an offset on. */
    public WasmBuilder data(int offset, byte[] bytes) {
        data.add(
                out -> {
                    out.write(0);
                    out.writeBytes(WasmCode.code().i32Const(offset).end().toBytes());
                    sized(out, bytes);
                });
        return this;
    }

    /** Adds a passive segment of bytes, and the section that counts them. */
    public WasmBuilder passiveData(byte[] bytes) {
        dataCount = true;
        data.add(
                out -> {
                    out.write(1);
                    sized(out, bytes);
                });
        return this;
    }

    /** Names the function that is run at instantiation. */
    public WasmBuilder start(int function) {
        start = function;
        return this;
    }

    /** Adds a custom section at the end. */
    public WasmBuilder custom(String name, byte[] content) {
        ByteArrayOutputStream section = new ByteArrayOutputStream();
        section.writeBytes(WasmCode.name(name));
        section.writeBytes(content);
        return section(0, section.toByteArray());
    }

    /** Adds any section at the end, as it is. */
    public WasmBuilder section(int id, byte[] content) {
        customs.write(id);
        sized(customs, content);
        return this;
    }

    /** {@return the module} */
    public byte[] build() {
        Entries typeEntries = new Entries();
        for (FunctionType type : types) {
            typeEntries.add(
                    out -> {
                        out.write(0x60);
                        values(out, type.parameters());
                        values(out, type.results());
                    });
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(HEADER);
        typeEntries.section(out, 1);
        imports.section(out, 2);
        functions.section(out, 3);
        tables.section(out, 4);
        memories.section(out, 5);
        globals.section(out, 6);
        exports.section(out, 7);
        if (start >= 0) {
            out.write(8);
            sized(out, Leb128.unsigned(start));
        }
        elements.section(out, 9);
        if (dataCount) {
            out.write(12);
            sized(out, Leb128.unsigned(data.count));
        }
        bodies.section(out, 10);
        data.section(out, 11);
        out.writeBytes(customs.toByteArray());
        return out.toByteArray();
    }

    private int index(FunctionType type) {
        if (!types.contains(type)) {
            types.add(type);
        }
        return types.indexOf(type);
    }

    private static void limits(ByteArrayOutputStream out, int min, int max) {
        out.write(max < 0 ? 0 : 1);
        out.writeBytes(Leb128.unsigned(min));
        if (max >= 0) {
            out.writeBytes(Leb128.unsigned(max));
        }
    }

    private static void indices(ByteArrayOutputStream out, int... indices) {
        out.writeBytes(Leb128.unsigned(indices.length));
        for (int index : indices) {
            out.writeBytes(Leb128.unsigned(index));
        }
    }

    private static void values(ByteArrayOutputStream out, List<ValueType> values) {
        out.writeBytes(Leb128.unsigned(values.size()));
        values.forEach(value -> out.write(WasmCode.byteOf(value)));
    }

    private static void sized(ByteArrayOutputStream out, byte[] bytes) {
        out.writeBytes(Leb128.unsigned(bytes.length));
        out.writeBytes(bytes);
    }

    private interface Entry {
        void to(ByteArrayOutputStream out);
    }

    /** The entries of one section. */
    private static final class Entries {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private int count;

        void add(Entry entry) {
            entry.to(bytes);
            count++;
        }

        void section(ByteArrayOutputStream out, int id) {
            if (count == 0) {
                return;
            }
            ByteArrayOutputStream content = new ByteArrayOutputStream();
            content.writeBytes(Leb128.unsigned(count));
            content.writeBytes(bytes.toByteArray());
            out.write(id);
            sized(out, content.toByteArray());
        }
    }
}
