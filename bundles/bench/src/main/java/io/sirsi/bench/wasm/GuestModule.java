package io.sirsi.bench.wasm;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes a module with one memory, functions of 32-bit numbers, data and metadata: what the guests
 * of the benchmarks are made of.
 */
final class GuestModule {

    private static final byte[] HEADER = {0, 'a', 's', 'm', 1, 0, 0, 0};
    private static final int I32 = 0x7F;
    private static final int I64 = 0x7E;
    private static final int FUNCTION_TYPE = 0x60;
    private static final int MEMORY = 2;

    private final List<byte[]> types = new ArrayList<>();
    private final List<byte[]> functions = new ArrayList<>();
    private final List<byte[]> exports = new ArrayList<>();
    private final List<byte[]> bodies = new ArrayList<>();
    private final List<byte[]> data = new ArrayList<>();
    private final ByteArrayOutputStream customs = new ByteArrayOutputStream();
    private final byte[] memory;
    private int size;

    /** What a function returns. */
    enum Result {
        NOTHING,
        NUMBER,
        LONG_NUMBER
    }

    /**
     * Begins a module.
     *
     * @param pages how many pages its memory has, from the beginning and at most
     */
    GuestModule(int pages) {
        memory = join(new byte[] {1}, GuestCode.unsigned(pages), GuestCode.unsigned(pages));
        export("memory", MEMORY, 0);
    }

    /** {@return the index of a new function that takes and keeps so many 32-bit numbers} */
    int function(int parameters, Result result, int locals, GuestCode code) {
        ByteArrayOutputStream type = new ByteArrayOutputStream();
        type.write(FUNCTION_TYPE);
        type.write(parameters);
        for (int i = 0; i < parameters; i++) {
            type.write(I32);
        }
        type.write(result == Result.NOTHING ? 0 : 1);
        if (result != Result.NOTHING) {
            type.write(result == Result.NUMBER ? I32 : I64);
        }
        types.add(type.toByteArray());
        functions.add(GuestCode.unsigned(functions.size()));
        byte[] own = locals == 0 ? new byte[] {0} : new byte[] {1, (byte) locals, I32};
        byte[] body = join(own, code.bytes(), new byte[] {GuestCode.END});
        bodies.add(sized(body));
        size += body.length;
        return functions.size() - 1;
    }

    /** Adds a function, and exports it. */
    GuestModule exported(String name, int parameters, Result result, int locals, GuestCode code) {
        export(name, 0, function(parameters, result, locals, code));
        return this;
    }

    GuestModule data(int offset, byte[] bytes) {
        data.add(join(new byte[] {0}, new GuestCode().number(offset).end().bytes(), sized(bytes)));
        size += bytes.length;
        return this;
    }

    GuestModule custom(String name, String content) {
        byte[] both = join(sized(utf8(name)), utf8(content));
        customs.write(0);
        customs.writeBytes(sized(both));
        return this;
    }

    /** {@return about how large its functions and data are, in bytes} */
    int size() {
        return size;
    }

    byte[] build() {
        return join(
                HEADER,
                section(1, types),
                section(3, functions),
                section(5, List.of(memory)),
                section(7, exports),
                section(10, bodies),
                data.isEmpty() ? new byte[0] : section(11, data),
                customs.toByteArray());
    }

    private void export(String name, int kind, int index) {
        exports.add(join(sized(utf8(name)), new byte[] {(byte) kind}, GuestCode.unsigned(index)));
    }

    private static byte[] section(int id, List<byte[]> entries) {
        byte[] all = join(GuestCode.unsigned(entries.size()), join(entries.toArray(byte[][]::new)));
        return join(new byte[] {(byte) id}, sized(all));
    }

    private static byte[] sized(byte[] bytes) {
        return join(GuestCode.unsigned(bytes.length), bytes);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
