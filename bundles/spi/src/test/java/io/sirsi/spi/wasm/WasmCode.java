package io.sirsi.spi.wasm;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * The instructions of one function of a {@link WasmBuilder}, in the order in which they are called
 * here. The closing {@code end} of the function is added by the builder.
 */
public final class WasmCode {

    /** A block without a result, as the type of a {@link #block(int)} and the like. */
    public static final int NO_RESULT = 0x40;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    /** {@return no instructions yet} */
    public static WasmCode code() {
        return new WasmCode();
    }

    /** Adds one byte as it is: any instruction without operands. */
    public WasmCode op(int opcode) {
        bytes.write(opcode);
        return this;
    }

    /** Adds an instruction with the prefix 0xFC, without its operands. */
    public WasmCode op0xFC(int opcode) {
        return op(0xFC).unsigned(opcode);
    }

    /** Adds an unsigned operand. */
    public WasmCode unsigned(long value) {
        bytes.writeBytes(Leb128.unsigned(value));
        return this;
    }

    /** Adds what another one holds. */
    public WasmCode then(WasmCode more) {
        bytes.writeBytes(more.toBytes());
        return this;
    }

    public WasmCode unreachable() {
        return op(0x00);
    }

    public WasmCode nop() {
        return op(0x01);
    }

    /** Opens a block: {@link #NO_RESULT}, the byte of a value type, or an index of a type. */
    public WasmCode block(int type) {
        return op(0x02).unsigned(type);
    }

    /** Opens a loop, as {@link #block(int)}. */
    public WasmCode loop(int type) {
        return op(0x03).unsigned(type);
    }

    /** Opens an {@code if}, as {@link #block(int)}. */
    public WasmCode ifTrue(int type) {
        return op(0x04).unsigned(type);
    }

    public WasmCode orElse() {
        return op(0x05);
    }

    public WasmCode end() {
        return op(0x0B);
    }

    public WasmCode br(int depth) {
        return op(0x0C).unsigned(depth);
    }

    public WasmCode brIf(int depth) {
        return op(0x0D).unsigned(depth);
    }

    public WasmCode ret() {
        return op(0x0F);
    }

    public WasmCode call(int function) {
        return op(0x10).unsigned(function);
    }

    public WasmCode callIndirect(int type, int table) {
        return op(0x11).unsigned(type).unsigned(table);
    }

    public WasmCode drop() {
        return op(0x1A);
    }

    public WasmCode localGet(int index) {
        return op(0x20).unsigned(index);
    }

    public WasmCode localSet(int index) {
        return op(0x21).unsigned(index);
    }

    public WasmCode globalGet(int index) {
        return op(0x23).unsigned(index);
    }

    public WasmCode globalSet(int index) {
        return op(0x24).unsigned(index);
    }

    /** Takes an element from a table. */
    public WasmCode tableGet(int table) {
        return op(0x25).unsigned(table);
    }

    /** Puts an element into a table. */
    public WasmCode tableSet(int table) {
        return op(0x26).unsigned(table);
    }

    public WasmCode i32Load(int offset) {
        return op(0x28).unsigned(2).unsigned(offset);
    }

    public WasmCode i64Load(int offset) {
        return op(0x29).unsigned(3).unsigned(offset);
    }

    public WasmCode i32Load8u(int offset) {
        return op(0x2D).unsigned(0).unsigned(offset);
    }

    public WasmCode i32Store(int offset) {
        return op(0x36).unsigned(2).unsigned(offset);
    }

    public WasmCode i64Store(int offset) {
        return op(0x37).unsigned(3).unsigned(offset);
    }

    public WasmCode i32Store8(int offset) {
        return op(0x3A).unsigned(0).unsigned(offset);
    }

    public WasmCode memorySize() {
        return op(0x3F).op(0);
    }

    public WasmCode memoryGrow() {
        return op(0x40).op(0);
    }

    public WasmCode i32Const(int value) {
        bytes.write(0x41);
        bytes.writeBytes(Leb128.signed(value));
        return this;
    }

    public WasmCode i64Const(long value) {
        bytes.write(0x42);
        bytes.writeBytes(Leb128.signed(value));
        return this;
    }

    public WasmCode f32Const(float value) {
        bytes.write(0x43);
        return littleEndian(Float.floatToRawIntBits(value), Float.BYTES);
    }

    public WasmCode f64Const(double value) {
        bytes.write(0x44);
        return littleEndian(Double.doubleToRawLongBits(value), Double.BYTES);
    }

    public WasmCode i32Eqz() {
        return op(0x45);
    }

    public WasmCode i32LtS() {
        return op(0x48);
    }

    public WasmCode i32Add() {
        return op(0x6A);
    }

    public WasmCode i32Sub() {
        return op(0x6B);
    }

    public WasmCode i32DivS() {
        return op(0x6D);
    }

    public WasmCode i64Add() {
        return op(0x7C);
    }

    public WasmCode i64Or() {
        return op(0x84);
    }

    public WasmCode i64Shl() {
        return op(0x86);
    }

    public WasmCode f32Add() {
        return op(0x92);
    }

    public WasmCode f64Add() {
        return op(0xA0);
    }

    public WasmCode i32TruncF64S() {
        return op(0xAA);
    }

    public WasmCode i64ExtendI32U() {
        return op(0xAD);
    }

    /** The null of functions. */
    public WasmCode refNullFunc() {
        return op(0xD0).op(0x70);
    }

    public WasmCode refFunc(int function) {
        return op(0xD2).unsigned(function);
    }

    public WasmCode memoryInit(int segment) {
        return op0xFC(8).unsigned(segment).op(0);
    }

    public WasmCode dataDrop(int segment) {
        return op0xFC(9).unsigned(segment);
    }

    public WasmCode memoryCopy() {
        return op0xFC(10).op(0).op(0);
    }

    public WasmCode memoryFill() {
        return op0xFC(11).op(0);
    }

    public WasmCode tableInit(int segment, int table) {
        return op0xFC(12).unsigned(segment).unsigned(table);
    }

    public WasmCode elemDrop(int segment) {
        return op0xFC(13).unsigned(segment);
    }

    public WasmCode tableGrow(int table) {
        return op0xFC(15).unsigned(table);
    }

    public WasmCode tableSize(int table) {
        return op0xFC(16).unsigned(table);
    }

    /** {@return its bytes so far, without an end} */
    public byte[] toBytes() {
        return bytes.toByteArray();
    }

    @Override
    public String toString() {
        return bytes.size() + " bytes of code";
    }

    private WasmCode littleEndian(long bits, int length) {
        for (int i = 0; i < length; i++) {
            bytes.write((int) (bits >>> (8 * i)));
        }
        return this;
    }

    /** The variable-length numbers of the binary format. */
    static final class Leb128 {

        private Leb128() {}

        static byte[] unsigned(long value) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            long rest = value;
            while ((rest & ~0x7FL) != 0) {
                out.write((int) ((rest & 0x7F) | 0x80));
                rest >>>= 7;
            }
            out.write((int) rest);
            return out.toByteArray();
        }

        static byte[] signed(long value) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            long rest = value;
            while (rest < -64 || rest > 63) {
                out.write((int) ((rest & 0x7F) | 0x80));
                rest >>= 7;
            }
            out.write((int) (rest & 0x7F));
            return out.toByteArray();
        }
    }

    /** {@return the byte of a value type in the binary format} */
    static int byteOf(ValueType type) {
        return switch (type) {
            case I32 -> 0x7F;
            case I64 -> 0x7E;
            case F32 -> 0x7D;
            case F64 -> 0x7C;
        };
    }

    /** {@return a name as the binary format has it} */
    static byte[] name(String text) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        out.writeBytes(Leb128.unsigned(utf8.length));
        out.writeBytes(utf8);
        return out.toByteArray();
    }

    /** {@return a type from its text format, such as {@code "i32 i64 -> i32"}} */
    static FunctionType type(String text) {
        int arrow = text.indexOf("->");
        if (arrow < 0) {
            throw new IllegalArgumentException("a type needs an arrow: " + text);
        }
        return new FunctionType(
                types(text.substring(0, arrow)), types(text.substring(arrow + "->".length())));
    }

    private static List<ValueType> types(String words) {
        return words.isBlank()
                ? List.of()
                : Stream.of(words.strip().split(" "))
                        .map(word -> ValueType.valueOf(word.toUpperCase(Locale.ROOT)))
                        .toList();
    }
}
