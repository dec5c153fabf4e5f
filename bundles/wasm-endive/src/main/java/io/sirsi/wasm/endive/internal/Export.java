package io.sirsi.wasm.endive.internal;

import io.sirsi.spi.wasm.FunctionType;
import io.sirsi.spi.wasm.ValueType;
import java.util.List;

/**
 * An exported function, as it is called.
 *
 * @param index its index in the module
 * @param type what it takes and gives
 * @param shape the types of its results, by position
 */
record Export(int index, FunctionType type, Shape shape) {

    Export(int index, FunctionType type) {
        this(index, type, new Shape(type.results()));
    }

    /** Brings values of the engine into the form that the SPI promises. */
    static final class Shape {

        private static final long LOWER_HALF = 0xFFFF_FFFFL;

        private final ValueType[] types;

        Shape(List<ValueType> types) {
            this.types = types.toArray(ValueType[]::new);
        }

        int count() {
            return types.length;
        }

        /** Changes the values in place: 32-bit ones have no meaning in the upper half. */
        void normalise(long[] values) {
            for (int i = 0; i < types.length; i++) {
                ValueType type = types[i];
                if (type == ValueType.I32) {
                    values[i] = (int) values[i];
                } else if (type == ValueType.F32) {
                    values[i] &= LOWER_HALF;
                }
            }
        }
    }
}
