package io.sirsi.spi.wasm;

import org.osgi.annotation.versioning.ProviderType;

/**
 * The linear memory of an instance. Addresses and lengths are unsigned 32-bit numbers held in an
 * {@code int}, as the guest gave them; every access is checked. Used by one thread at a time, the
 * one that uses the instance. A guest without a memory has one of no bytes.
 */
@ProviderType
public interface WasmMemory {

    /** {@return how large it is now, in bytes} */
    long size();

    /**
     * Copies out.
     *
     * @param address the first byte
     * @param length how many
     * @return the bytes
     * @throws WasmTrap MEMORY if any of them is outside; nothing has been allocated then
     */
    byte[] read(int address, int length) throws WasmTrap;

    /**
     * Copies in.
     *
     * @param address where the first byte goes
     * @param bytes what
     * @throws WasmTrap MEMORY if any of them would be outside; nothing has been written then
     */
    void write(int address, byte[] bytes) throws WasmTrap;

    /**
     * {@return the little-endian 32-bit number at an address}
     *
     * @throws WasmTrap MEMORY if it is outside
     */
    int readInt(int address) throws WasmTrap;

    /**
     * Writes a little-endian 32-bit number.
     *
     * @throws WasmTrap MEMORY if it is outside
     */
    void writeInt(int address, int value) throws WasmTrap;

    /**
     * Writes a little-endian 64-bit number.
     *
     * @throws WasmTrap MEMORY if it is outside
     */
    void writeLong(int address, long value) throws WasmTrap;
}
