package io.sirsi.wasm.endive.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import run.endive.runtime.ConstantEvaluators;
import run.endive.runtime.Instance;
import run.endive.runtime.Memory;
import run.endive.runtime.WasmRuntimeException;
import run.endive.wasm.UninstantiableException;
import run.endive.wasm.types.ActiveDataSegment;
import run.endive.wasm.types.DataSegment;
import run.endive.wasm.types.PassiveDataSegment;

/**
 * A guest's memory: one array, exactly as large as the guest sees it. The engine's own memories
 * cannot shrink, and so cannot be brought back to their beginning.
 *
 * <p>The engine adds an instruction's offset to its address in 32 bits; what leaves the lower 2 GiB
 * is negative here, and so outside.
 */
final class GuestMemory implements Memory {

    private static final VarHandle SHORTS =
            MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INTS =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONGS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final byte[] NOTHING = {};

    /* One at a time: for a moment there are the old bytes and the new ones. */
    private static final Object GROWING = new Object();

    private final int minPages;
    private final int maxPages;
    private byte[] bytes;
    private DataSegment[] segments = {};
    private DataSegment[] allSegments = {};

    /**
     * Makes a memory of zeros.
     *
     * @param minPages how large it is at first, in pages of 64 KiB, 0 to 32,767
     * @param maxPages how large it can become, {@code minPages} to 32,767
     */
    GuestMemory(int minPages, int maxPages) {
        this.minPages = minPages;
        this.maxPages = maxPages;
        this.bytes = new byte[minPages * PAGE_SIZE];
    }

    /** {@return the bytes themselves, until it grows} */
    byte[] bytes() {
        return bytes;
    }

    /** Lets go of the bytes. */
    void release() {
        bytes = NOTHING;
        segments = new DataSegment[0];
    }

    /** {@return what brings it back to how it is now; a known one if that does, too} */
    MemoryImage image(MemoryImage known) {
        return known.isOf(bytes) ? known : MemoryImage.of(bytes);
    }

    /** Brings it back: size, bytes and segments. */
    void restore(MemoryImage image) {
        if (bytes.length != image.size()) {
            int most = image.size();
            bytes = NOTHING; // never both at once
            bytes = new byte[most];
            image.copyInto(bytes, true);
        } else {
            image.copyInto(bytes, false);
        }
        System.arraycopy(allSegments, 0, segments, 0, segments.length);
    }

    @Override
    public int pages() {
        return bytes.length / PAGE_SIZE;
    }

    @Override
    public int grow(int size) {
        int before = pages();
        if (size < 0 || size > maxPages - before) {
            return -1;
        }
        if (size > 0) {
            synchronized (GROWING) {
                bytes = Arrays.copyOf(bytes, (before + size) * PAGE_SIZE);
            }
        }
        return before;
    }

    @Override
    public int initialPages() {
        return minPages;
    }

    @Override
    public int maximumPages() {
        return maxPages;
    }

    @Override
    public void initialize(Instance instance, DataSegment[] dataSegments) {
        segments = dataSegments; // the very array: that is where the engine drops them
        for (int i = 0; i < segments.length; i++) {
            if (segments[i] instanceof ActiveDataSegment active) {
                byte[] data = active.data();
                int offset =
                        (int)
                                ConstantEvaluators.computeConstantValue(
                                        instance, active.offsetInstructions())[0];
                if (outside(offset, data.length)) {
                    throw new UninstantiableException("a data segment lies outside the memory");
                }
                System.arraycopy(data, 0, bytes, offset, data.length);
                segments[i] = PassiveDataSegment.EMPTY; // as the specification wants it
            }
        }
        allSegments = segments.clone();
    }

    @Override
    public void initPassiveSegment(int segmentId, int dest, int offset, int size) {
        write(dest, segments[segmentId].data(), offset, size);
    }

    @Override
    public void drop(int segment) {
        segments[segment] = PassiveDataSegment.EMPTY;
    }

    @Override
    public void write(int addr, byte[] data, int offset, int size) {
        if (outside(addr, size) || offset < 0 || offset > data.length - size) {
            throw outside();
        }
        System.arraycopy(data, offset, bytes, addr, size);
    }

    @Override
    public byte[] readBytes(int addr, int len) {
        if (outside(addr, len)) {
            throw outside();
        }
        return Arrays.copyOfRange(bytes, addr, addr + len);
    }

    @Override
    public void copy(int dest, int src, int size) {
        if (outside(dest, size) || outside(src, size)) {
            throw outside();
        }
        System.arraycopy(bytes, src, bytes, dest, size);
    }

    @Override
    public void zero() {
        Arrays.fill(bytes, (byte) 0);
    }

    @Override
    public void fill(byte value, int fromIndex, int toIndex) {
        if (outside(fromIndex, toIndex - fromIndex)) {
            throw outside();
        }
        Arrays.fill(bytes, fromIndex, toIndex, value);
    }

    @Override
    public byte read(int addr) {
        try {
            return bytes[addr];
        } catch (IndexOutOfBoundsException e) {
            throw outside();
        }
    }

    @Override
    public short readShort(int addr) {
        try {
            return (short) SHORTS.get(bytes, addr);
        } catch (IndexOutOfBoundsException e) {
            throw outside();
        }
    }

    @Override
    public int readInt(int addr) {
        try {
            return (int) INTS.get(bytes, addr);
        } catch (IndexOutOfBoundsException e) {
            throw outside();
        }
    }

    @Override
    public long readLong(int addr) {
        try {
            return (long) LONGS.get(bytes, addr);
        } catch (IndexOutOfBoundsException e) {
            throw outside();
        }
    }

    @Override
    public long readU16(int addr) {
        return readShort(addr) & 0xFFFFL;
    }

    @Override
    public long readF32(int addr) {
        return readInt(addr);
    }

    @Override
    public float readFloat(int addr) {
        return Float.intBitsToFloat(readInt(addr));
    }

    @Override
    public double readDouble(int addr) {
        return Double.longBitsToDouble(readLong(addr));
    }

    @Override
    public long readF64(int addr) {
        return readLong(addr);
    }

    @Override
    public void writeByte(int addr, byte data) {
        try {
            bytes[addr] = data;
        } catch (IndexOutOfBoundsException e) {
            throw outside();
        }
    }

    @Override
    public void writeShort(int addr, short data) {
        try {
            SHORTS.set(bytes, addr, data);
        } catch (IndexOutOfBoundsException e) {
            throw outside();
        }
    }

    @Override
    public void writeI32(int addr, int data) {
        try {
            INTS.set(bytes, addr, data);
        } catch (IndexOutOfBoundsException e) {
            throw outside();
        }
    }

    @Override
    public void writeLong(int addr, long data) {
        try {
            LONGS.set(bytes, addr, data);
        } catch (IndexOutOfBoundsException e) {
            throw outside();
        }
    }

    @Override
    public void writeF32(int addr, float data) {
        writeI32(addr, Float.floatToRawIntBits(data));
    }

    @Override
    public void writeF64(int addr, double data) {
        writeLong(addr, Double.doubleToRawLongBits(data));
    }

    @Override
    public boolean shared() {
        return false;
    }

    @Override
    @SuppressWarnings("removal")
    public Object lock(int address) {
        throw noThreads();
    }

    @Override
    @SuppressWarnings("removal")
    public int waitOn(int address, int expected, long timeout) {
        throw noThreads();
    }

    @Override
    @SuppressWarnings("removal")
    public int waitOn(int address, long expected, long timeout) {
        throw noThreads();
    }

    @Override
    @SuppressWarnings("removal")
    public int notify(int address, int maxThreads) {
        throw noThreads();
    }

    /** {@return whether any of these bytes is outside; both numbers are unsigned} */
    boolean outside(int address, int length) {
        return (address & 0xFFFF_FFFFL) + (length & 0xFFFF_FFFFL) > bytes.length;
    }

    private static WasmRuntimeException outside() {
        return new WasmRuntimeException("out of bounds memory access");
    }

    private static WasmRuntimeException noThreads() {
        return new WasmRuntimeException("atomic access to a memory that is not shared");
    }
}
