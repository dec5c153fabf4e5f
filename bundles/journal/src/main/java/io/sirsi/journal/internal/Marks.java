package io.sirsi.journal.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** The payload of a frame that says one number. */
final class Marks {

    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private Marks() {}

    /** {@return the array, filled} */
    static byte[] write(long value, byte[] payload) {
        LONG.set(payload, 0, value);
        LONG.set(payload, Long.BYTES, (long) Frames.FORMAT);
        return payload;
    }
}
