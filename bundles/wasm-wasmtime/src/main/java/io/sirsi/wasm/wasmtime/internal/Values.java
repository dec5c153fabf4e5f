package io.sirsi.wasm.wasmtime.internal;

import io.github.kawamuray.wasmtime.FuncType;
import io.github.kawamuray.wasmtime.Val;
import io.sirsi.spi.wasm.FunctionType;
import io.sirsi.spi.wasm.ValueType;
import java.util.List;

/** Values and types, in our form and in the binding's. */
final class Values {

    private static final long LOWER_HALF = 0xFFFF_FFFFL;

    private Values() {}

    static FuncType toBinding(FunctionType type) {
        return new FuncType(types(type.parameters()), types(type.results()));
    }

    static Val[] toBinding(List<ValueType> types, long[] values) {
        Val[] all = new Val[values.length];
        for (int i = 0; i < all.length; i++) {
            all[i] = toBinding(types.get(i), values[i]);
        }
        return all;
    }

    static Val toBinding(ValueType type, long value) {
        return switch (type) {
            case I32 -> Val.fromI32((int) value);
            case I64 -> Val.fromI64(value);
            case F32 -> Val.fromF32(Float.intBitsToFloat((int) value));
            case F64 -> Val.fromF64(Double.longBitsToDouble(value));
        };
    }

    static long[] fromBinding(List<ValueType> types, Val[] values) {
        long[] all = new long[values.length];
        for (int i = 0; i < all.length; i++) {
            all[i] = fromBinding(types.get(i), values[i]);
        }
        return all;
    }

    private static long fromBinding(ValueType type, Val value) {
        return switch (type) {
            case I32 -> value.i32();
            case I64 -> value.i64();
            case F32 -> Float.floatToRawIntBits(value.f32()) & LOWER_HALF;
            case F64 -> Double.doubleToRawLongBits(value.f64());
        };
    }

    private static Val.Type[] types(List<ValueType> types) {
        return types.stream().map(type -> Val.Type.valueOf(type.name())).toArray(Val.Type[]::new);
    }
}
