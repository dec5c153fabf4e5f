package io.sirsi.wasm.wasmtime.internal;

import io.sirsi.spi.wasm.EngineLimits;
import io.sirsi.spi.wasm.FunctionType;
import io.sirsi.spi.wasm.HostImport;
import io.sirsi.spi.wasm.ValueType;
import io.sirsi.spi.wasm.WasmRejectedException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a module shows to the outside. The binding tells no exports, and the engine cannot be told
 * any limits: so the binary itself is read. What is not valid may pass here; the engine refuses it.
 *
 * @param imports the functions that it imports, by their index
 * @param exports the types of the functions that it exports, by name
 * @param memory the name of the exported memory, if there is one
 * @param hasStart whether it has a start function
 */
record ModuleShape(
        List<HostImport> imports,
        Map<String, FunctionType> exports,
        @Nullable String memory,
        boolean hasStart) {

    /** What the start function is exported as; no name that a guest would choose. */
    static final String START = "\0start";

    /* What a Java buffer can reach. */
    private static final int MAX_PAGES = 32_767;
    private static final int HEADER = 8;
    private static final FunctionType NOTHING = new FunctionType(List.of(), List.of());

    /**
     * Reads a module.
     *
     * @throws WasmRejectedException if it has what cannot be limited or cannot cross
     */
    static ModuleShape of(byte[] binary, EngineLimits limits) throws WasmRejectedException {
        try {
            return new Reader(binary, limits).read();
        } catch (IndexOutOfBoundsException e) {
            throw new WasmRejectedException("the module ends in the middle of a section");
        }
    }

    /**
     * {@return a module whose start function is an export instead, named {@link #START}: the
     * binding does not tell why an instantiation trapped}
     *
     * @throws WasmRejectedException if the start function takes or gives values
     */
    static byte[] withoutStart(byte[] binary, EngineLimits limits) throws WasmRejectedException {
        Reader reader = new Reader(binary, limits);
        return reader.read().hasStart() ? reader.withoutStart() : binary;
    }

    private static final class Reader {

        private final byte[] binary;
        private final EngineLimits limits;
        private final List<@Nullable FunctionType> types = new ArrayList<>();
        private final List<HostImport> imports = new ArrayList<>();
        private final List<Integer> functions = new ArrayList<>();
        private final Map<String, Integer> exported = new HashMap<>();
        private @Nullable String memory;
        private int exportsAt = -1;
        private int exportsEnd;
        private int start = -1;
        private int at = HEADER;

        Reader(byte[] binary, EngineLimits limits) {
            this.binary = binary;
            this.limits = limits;
        }

        ModuleShape read() throws WasmRejectedException {
            while (at < binary.length) {
                int section = binary[at++];
                int content = unsigned();
                int begin = at;
                if (content < 0 || content > binary.length - begin) {
                    throw new IndexOutOfBoundsException();
                }
                section(section, begin + content);
                at = begin + content;
            }
            Map<String, FunctionType> exports = new HashMap<>();
            for (Map.Entry<String, Integer> each : exported.entrySet()) {
                exports.put(
                        each.getKey(),
                        type(functions.get(each.getValue()), "exports '" + each.getKey() + "'"));
            }
            return new ModuleShape(List.copyOf(imports), Map.copyOf(exports), memory, start >= 0);
        }

        private void section(int id, int end) throws WasmRejectedException {
            switch (id) {
                case 1 -> types();
                case 2 -> imports();
                case 3 -> functions();
                case 4 -> tables();
                case 5 -> memories();
                case 7 -> {
                    exportsAt = at;
                    exportsEnd = end;
                    exports();
                }
                case 8 -> start = unsigned();
                default -> {}
            }
        }

        byte[] withoutStart() throws WasmRejectedException {
            if (!type(functions.get(start), "starts").equals(NOTHING)) {
                throw new WasmRejectedException(
                        "the module's start function takes or gives values");
            }
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            out.write(binary, 0, HEADER);
            at = HEADER;
            while (at < binary.length) {
                int from = at;
                int section = binary[at++];
                int content = unsigned();
                int end = at + content;
                if (section == 7) {
                    writeExports(out);
                } else if (section == 8) {
                    if (exportsAt < 0) {
                        writeExports(out);
                    }
                } else {
                    out.write(binary, from, end - from);
                }
                at = end;
            }
            return out.toByteArray();
        }

        private void writeExports(ByteArrayOutputStream out) {
            ByteArrayOutputStream section = new ByteArrayOutputStream();
            int count = 0;
            if (exportsAt >= 0) {
                at = exportsAt;
                count = unsigned();
            }
            write(section, count + 1);
            if (exportsAt >= 0) {
                section.write(binary, at, exportsEnd - at);
            }
            byte[] name = START.getBytes(StandardCharsets.UTF_8);
            write(section, name.length);
            section.writeBytes(name);
            section.write(0);
            write(section, start);
            out.write(7);
            write(out, section.size());
            out.writeBytes(section.toByteArray());
        }

        private static void write(ByteArrayOutputStream out, int number) {
            int left = number;
            while ((left & ~0x7F) != 0) {
                out.write((left & 0x7F) | 0x80);
                left >>>= 7;
            }
            out.write(left);
        }

        private void types() throws WasmRejectedException {
            for (int count = unsigned(); count > 0; count--) {
                if (binary[at++] != 0x60) {
                    throw new WasmRejectedException("the module has types that are no functions");
                }
                List<ValueType> parameters = values();
                List<ValueType> results = values();
                types.add(
                        parameters == null || results == null
                                ? null
                                : new FunctionType(parameters, results));
            }
        }

        private @Nullable List<ValueType> values() {
            List<ValueType> values = new ArrayList<>();
            boolean ours = true;
            for (int count = unsigned(); count > 0; count--) {
                switch (binary[at++]) {
                    case 0x7F -> values.add(ValueType.I32);
                    case 0x7E -> values.add(ValueType.I64);
                    case 0x7D -> values.add(ValueType.F32);
                    case 0x7C -> values.add(ValueType.F64);
                    default -> ours = false;
                }
            }
            return ours ? values : null;
        }

        private void imports() throws WasmRejectedException {
            for (int count = unsigned(); count > 0; count--) {
                String module = name();
                String name = name();
                if (binary[at++] != 0) {
                    throw new WasmRejectedException(
                            "the module imports '"
                                    + module
                                    + "."
                                    + name
                                    + "', which is not a function");
                }
                int type = unsigned();
                functions.add(type);
                imports.add(
                        new HostImport(
                                module, name, type(type, "imports '" + module + "." + name + "'")));
            }
        }

        private void functions() {
            for (int count = unsigned(); count > 0; count--) {
                functions.add(unsigned());
            }
        }

        private void tables() throws WasmRejectedException {
            for (int count = unsigned(); count > 0; count--) {
                at++;
                limits("table", "elements", limits.tableElements());
            }
        }

        private void memories() throws WasmRejectedException {
            int count = unsigned();
            if (count > 1) {
                throw new WasmRejectedException("the module has more than one memory");
            }
            if (count == 1) {
                limits("memory", "pages", Math.min(limits.memoryPages(), MAX_PAGES));
            }
        }

        private void limits(String what, String unit, int most) throws WasmRejectedException {
            int flags = binary[at++];
            if (flags > 1) {
                throw new WasmRejectedException(
                        "the module has a " + what + " of 64 bits or shared");
            }
            long min = unsigned() & 0xFFFF_FFFFL;
            long max = flags == 1 ? unsigned() & 0xFFFF_FFFFL : Long.MAX_VALUE;
            if (min > most) {
                throw new WasmRejectedException(
                        "the module needs a "
                                + what
                                + " of "
                                + min
                                + " "
                                + unit
                                + ", and may have "
                                + most);
            }
            if (max > most) {
                throw new WasmRejectedException(
                        "the module's "
                                + what
                                + " can grow beyond "
                                + most
                                + " "
                                + unit
                                + ", which this engine cannot prevent; lower its maximum");
            }
        }

        private void exports() {
            for (int count = unsigned(); count > 0; count--) {
                String name = name();
                int kind = binary[at++];
                int index = unsigned();
                if (kind == 0) {
                    exported.put(name, index);
                } else if (kind == 2 && memory == null) {
                    memory = name;
                }
            }
        }

        private FunctionType type(int index, String who) throws WasmRejectedException {
            FunctionType type = types.get(index);
            if (type == null) {
                throw new WasmRejectedException(
                        "the module " + who + " with a type that cannot cross");
            }
            return type;
        }

        private String name() {
            int length = unsigned();
            String name = new String(binary, at, length, StandardCharsets.UTF_8);
            at += length;
            return name;
        }

        private int unsigned() {
            int value = 0;
            for (int shift = 0; ; shift += 7) {
                int next = binary[at++];
                value |= (next & 0x7F) << shift;
                if (next >= 0) {
                    return value;
                }
            }
        }
    }
}
