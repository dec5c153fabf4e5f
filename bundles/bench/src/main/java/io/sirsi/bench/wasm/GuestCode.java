package io.sirsi.bench.wasm;

import java.io.ByteArrayOutputStream;

/** Writes the instructions of a function, one call each, in the order of the binary format. */
final class GuestCode {

    static final int END = 0x0B;
    static final int ADD = 0x6A;
    static final int SUB = 0x6B;
    static final int MUL = 0x6C;
    static final int AND = 0x71;
    static final int XOR = 0x73;
    static final int SHR_U = 0x76;
    static final int ROTR = 0x78;
    static final int LT_U = 0x49;

    private static final int NO_RESULT = 0x40;
    private static final int ALIGNED_32 = 2;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    /** Instructions without anything behind them, such as {@link #ADD}. */
    GuestCode op(int... codes) {
        for (int code : codes) {
            out.write(code);
        }
        return this;
    }

    GuestCode loop() {
        return op(0x03, NO_RESULT);
    }

    GuestCode block() {
        return op(0x02, NO_RESULT);
    }

    GuestCode end() {
        return op(END);
    }

    GuestCode branchIf(int depth) {
        return op(0x0D, depth);
    }

    GuestCode call(int function) {
        out.write(0x10);
        out.writeBytes(unsigned(function));
        return this;
    }

    GuestCode get(int local) {
        return op(0x20, local);
    }

    GuestCode set(int local) {
        return op(0x21, local);
    }

    GuestCode number(int value) {
        out.write(0x41);
        out.writeBytes(signed(value));
        return this;
    }

    GuestCode longNumber(long value) {
        out.write(0x42);
        out.writeBytes(signed(value));
        return this;
    }

    /** A 32-bit number at the address on the stack, and so much further. */
    GuestCode load(int offset) {
        op(0x28, ALIGNED_32);
        out.writeBytes(unsigned(offset));
        return this;
    }

    GuestCode store(int offset) {
        op(0x36, ALIGNED_32);
        out.writeBytes(unsigned(offset));
        return this;
    }

    byte[] bytes() {
        return out.toByteArray();
    }

    static byte[] unsigned(int value) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int left = value;
        while (left >>> 7 != 0) {
            bytes.write((left & 0x7F) | 0x80);
            left >>>= 7;
        }
        bytes.write(left);
        return bytes.toByteArray();
    }

    private static byte[] signed(long value) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        long left = value;
        while (left >> 6 != 0 && left >> 6 != -1) {
            bytes.write((int) ((left & 0x7F) | 0x80));
            left >>= 7;
        }
        bytes.write((int) (left & 0x7F));
        return bytes.toByteArray();
    }
}
