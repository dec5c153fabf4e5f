package io.sirsi.wasm.internal.guest.wasi;

import io.sirsi.spi.wasm.WasmMemory;
import io.sirsi.spi.wasm.WasmTrap;
import io.sirsi.wasm.internal.guest.GuestTask;

/** The files 0, 1 and 2, the only ones that there are. */
final class StandardFiles {

    private static final int IN = 0;
    private static final int OUT = 1;
    private static final int ERR = 2;

    private static final int MAX_BUFFERS = 1_024;

    /** At most so many bytes a call; a guest's library goes on with the rest by itself. */
    private static final int MAX_CHUNK = 1 << 16;

    private static final int STAT_SIZE = 24;
    private static final int STAT_RIGHTS = 8;
    private static final long RIGHT_READ = 1 << 1;
    private static final long RIGHT_WRITE = 1 << 6;

    static Errno read(GuestTask task, WasmMemory memory, long[] arguments) throws WasmTrap {
        if ((int) arguments[0] != IN) {
            return Errno.BADF;
        }
        int buffers = (int) arguments[2];
        if (buffers < 0 || buffers > MAX_BUFFERS) {
            return Errno.INVAL;
        }
        int total = 0;
        for (int i = 0; i < buffers && total < MAX_CHUNK; i++) {
            int entry = (int) arguments[1] + 8 * i;
            int address = memory.readInt(entry);
            int wanted = chunk(memory.readInt(entry + 4), total);
            byte[] bytes = task.streams().read(wanted);
            task.countBytes(bytes.length);
            memory.write(address, bytes);
            total += bytes.length;
            if (bytes.length < wanted) {
                break;
            }
        }
        memory.writeInt((int) arguments[3], total);
        return Errno.SUCCESS;
    }

    static Errno write(GuestTask task, WasmMemory memory, long[] arguments) throws WasmTrap {
        int file = (int) arguments[0];
        if (file != OUT && file != ERR) {
            return Errno.BADF;
        }
        int buffers = (int) arguments[2];
        if (buffers < 0 || buffers > MAX_BUFFERS) {
            return Errno.INVAL;
        }
        int total = 0;
        for (int i = 0; i < buffers && total < MAX_CHUNK; i++) {
            int entry = (int) arguments[1] + 8 * i;
            int length = chunk(memory.readInt(entry + 4), total);
            task.countBytes(length);
            byte[] bytes = memory.read(memory.readInt(entry), length);
            if (file == OUT) {
                task.streams().write(bytes);
            } else {
                task.streams().writeError(bytes);
            }
            total += length;
        }
        memory.writeInt((int) arguments[3], total);
        return Errno.SUCCESS;
    }

    private static int chunk(int unsigned, int before) {
        return (int) Math.min(Integer.toUnsignedLong(unsigned), MAX_CHUNK - before);
    }

    /** Nothing is behind them, so nothing ends: a later write is still a log line. */
    static Errno close(int file) {
        return exists(file) ? Errno.SUCCESS : Errno.BADF;
    }

    static Errno seek(int file) {
        return exists(file) ? Errno.SPIPE : Errno.BADF;
    }

    /** They are of no kind that a library would take for a terminal: it buffers what it writes. */
    static Errno stat(WasmMemory memory, long[] arguments) throws WasmTrap {
        int file = (int) arguments[0];
        if (!exists(file)) {
            return Errno.BADF;
        }
        int address = (int) arguments[1];
        memory.write(address, new byte[STAT_SIZE]);
        memory.writeLong(address + STAT_RIGHTS, file == IN ? RIGHT_READ : RIGHT_WRITE);
        return Errno.SUCCESS;
    }

    private static boolean exists(int file) {
        return file >= IN && file <= ERR;
    }
}
