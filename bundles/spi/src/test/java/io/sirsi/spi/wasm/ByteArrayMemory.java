package io.sirsi.spi.wasm;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** A memory that is an array. */
public final class ByteArrayMemory implements WasmMemory {

    private final byte[] bytes;

    /** A memory of so many bytes, all zero. */
    public ByteArrayMemory(int size) {
        this.bytes = new byte[size];
    }

    /** {@return the text in UTF-8 at an address} */
    public String text(int address, int length) throws WasmTrap {
        return new String(read(address, length), StandardCharsets.UTF_8);
    }

    /** {@return the little-endian 64-bit number at an address} */
    public long readLong(int address) throws WasmTrap {
        return little(read(address, Long.BYTES)).getLong();
    }

    @Override
    public long size() {
        return bytes.length;
    }

    @Override
    public byte[] read(int address, int length) throws WasmTrap {
        byte[] copy = new byte[Math.toIntExact(check(address, Integer.toUnsignedLong(length)))];
        System.arraycopy(bytes, address, copy, 0, copy.length);
        return copy;
    }

    @Override
    public void write(int address, byte[] more) throws WasmTrap {
        check(address, more.length);
        System.arraycopy(more, 0, bytes, address, more.length);
    }

    @Override
    public int readInt(int address) throws WasmTrap {
        return little(read(address, Integer.BYTES)).getInt();
    }

    @Override
    public void writeInt(int address, int value) throws WasmTrap {
        write(address, little(new byte[Integer.BYTES]).putInt(value).array());
    }

    @Override
    public void writeLong(int address, long value) throws WasmTrap {
        write(address, little(new byte[Long.BYTES]).putLong(value).array());
    }

    private long check(int address, long length) throws WasmTrap {
        if (Integer.toUnsignedLong(address) + length > bytes.length) {
            throw new WasmTrap(WasmTrap.Kind.MEMORY, "outside the memory");
        }
        return length;
    }

    private static ByteBuffer little(byte[] some) {
        return ByteBuffer.wrap(some).order(ByteOrder.LITTLE_ENDIAN);
    }
}
