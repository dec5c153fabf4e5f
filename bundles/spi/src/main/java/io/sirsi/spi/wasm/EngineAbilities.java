package io.sirsi.spi.wasm;

/**
 * What an engine truly can, so that nobody has to believe.
 *
 * @param compiles whether guests run as machine code or byte code; else they are interpreted
 * @param nativeCode whether it is code outside the JVM
 * @param resets whether an instance can be brought back to its beginning cheaper than made anew
 * @param memoryInHeap whether guests' memories are part of the Java heap
 * @param crossingNanos about how long one call between host and guest takes, in ns, as measured
 */
public record EngineAbilities(
        boolean compiles,
        boolean nativeCode,
        boolean resets,
        boolean memoryInHeap,
        int crossingNanos) {}
