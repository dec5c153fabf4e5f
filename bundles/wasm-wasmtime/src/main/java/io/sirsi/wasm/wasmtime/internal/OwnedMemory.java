package io.sirsi.wasm.wasmtime.internal;

import io.sirsi.spi.wasm.WasmMemory;
import io.sirsi.spi.wasm.WasmTrap;
import java.nio.ByteBuffer;

/** A guest's memory as the host sees it: fetched anew for each access, as it may have moved. */
final class OwnedMemory implements WasmMemory {

    private final WasmtimeInstance instance;

    OwnedMemory(WasmtimeInstance instance) {
        this.instance = instance;
    }

    @Override
    public long size() {
        try {
            return instance.onMemory(bytes -> (long) bytes.capacity());
        } catch (WasmTrap e) {
            throw new IllegalStateException("the size of a memory traps nothing", e);
        }
    }

    @Override
    public byte[] read(int address, int length) throws WasmTrap {
        return instance.onMemory(
                bytes -> {
                    check(bytes, address, length);
                    byte[] copy = new byte[length];
                    bytes.get(address, copy);
                    return copy;
                });
    }

    @Override
    public void write(int address, byte[] source) throws WasmTrap {
        instance.onMemory(
                bytes -> {
                    check(bytes, address, source.length);
                    return bytes.put(address, source);
                });
    }

    @Override
    public int readInt(int address) throws WasmTrap {
        return instance.onMemory(
                bytes -> {
                    check(bytes, address, Integer.BYTES);
                    return bytes.getInt(address);
                });
    }

    @Override
    public void writeInt(int address, int value) throws WasmTrap {
        instance.onMemory(
                bytes -> {
                    check(bytes, address, Integer.BYTES);
                    return bytes.putInt(address, value);
                });
    }

    @Override
    public void writeLong(int address, long value) throws WasmTrap {
        instance.onMemory(
                bytes -> {
                    check(bytes, address, Long.BYTES);
                    return bytes.putLong(address, value);
                });
    }

    private static void check(ByteBuffer bytes, int address, int length) throws WasmTrap {
        if ((address & 0xFFFF_FFFFL) + (length & 0xFFFF_FFFFL) > bytes.capacity()) {
            throw new WasmTrap(
                    WasmTrap.Kind.MEMORY,
                    "the host was handed "
                            + Integer.toUnsignedString(length)
                            + " bytes at "
                            + Integer.toUnsignedString(address)
                            + " of a memory of "
                            + bytes.capacity());
        }
    }
}
