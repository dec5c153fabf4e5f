package io.sirsi.wasm.endive.internal;

import io.sirsi.spi.wasm.WasmMemory;
import io.sirsi.spi.wasm.WasmTrap;
import org.jspecify.annotations.Nullable;

/** A guest's memory as the host sees it; of no bytes if the guest has none. */
final class HostView implements WasmMemory {

    private final CallSlot slot;
    private final GuestMemory memory;

    HostView(CallSlot slot, @Nullable GuestMemory memory) {
        this.slot = slot;
        this.memory = memory == null ? new GuestMemory(0, 0) : memory;
    }

    @Override
    public long size() {
        return open().bytes().length;
    }

    @Override
    public byte[] read(int address, int length) throws WasmTrap {
        return checked(address, length).readBytes(address, length);
    }

    @Override
    public void write(int address, byte[] bytes) throws WasmTrap {
        checked(address, bytes.length).write(address, bytes, 0, bytes.length);
    }

    @Override
    public int readInt(int address) throws WasmTrap {
        return checked(address, Integer.BYTES).readInt(address);
    }

    @Override
    public void writeInt(int address, int value) throws WasmTrap {
        checked(address, Integer.BYTES).writeI32(address, value);
    }

    @Override
    public void writeLong(int address, long value) throws WasmTrap {
        checked(address, Long.BYTES).writeLong(address, value);
    }

    private GuestMemory checked(int address, int length) throws WasmTrap {
        GuestMemory guest = open();
        if (guest.outside(address, length)) {
            throw new WasmTrap(
                    WasmTrap.Kind.MEMORY,
                    "the host was handed "
                            + Integer.toUnsignedString(length)
                            + " bytes at "
                            + Integer.toUnsignedString(address)
                            + " of a memory of "
                            + size());
        }
        return guest;
    }

    private GuestMemory open() {
        if (slot.closed()) {
            throw new IllegalStateException("the instance is closed");
        }
        return memory;
    }
}
