package io.sirsi.spi.wasm;

/** An engine does not take a module, or cannot instantiate it: one sentence for people. */
public final class WasmRejectedException extends Exception {

    private static final long serialVersionUID = 1L;

    /**
     * Makes a rejection.
     *
     * @param sentence what is wrong with it
     */
    public WasmRejectedException(String sentence) {
        super(sentence, null, false, false);
    }
}
