package io.sirsi.spi.wasm;

/**
 * What one instance may have. The module's own maxima have been lowered to these before an engine
 * sees it; an engine that can enforce them itself does so, too.
 *
 * @param memoryPages the most pages of 64 KiB, 0 to 65,536
 * @param tableElements the most elements of a table, from 0
 */
public record EngineLimits(int memoryPages, int tableElements) {

    public EngineLimits {
        if (memoryPages < 0 || memoryPages > 65_536) {
            throw new IllegalArgumentException("memoryPages must be 0 to 65536: " + memoryPages);
        }
        if (tableElements < 0) {
            throw new IllegalArgumentException(
                    "tableElements must not be negative: " + tableElements);
        }
    }
}
