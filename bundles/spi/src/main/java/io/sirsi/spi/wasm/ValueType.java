package io.sirsi.spi.wasm;

/**
 * A type of value that crosses between host and guest. All of them travel as a {@code long}: an
 * {@code i32} in the lower half, sign-extended; a float as its IEEE 754 bits, an {@code f32} in the
 * lower half.
 */
public enum ValueType {
    /** 32 bits. */
    I32,
    /** 64 bits. */
    I64,
    /** A single-precision number. */
    F32,
    /** A double-precision number. */
    F64
}
