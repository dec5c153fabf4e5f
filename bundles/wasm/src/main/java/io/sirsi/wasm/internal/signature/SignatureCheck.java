package io.sirsi.wasm.internal.signature;

/** How the signature of a module came out. */
public sealed interface SignatureCheck {

    /**
     * A trusted key signed it, as it is.
     *
     * @param key the name of the key's file, without its ending
     */
    record SignedBy(String key) implements SignatureCheck {}

    /** There is no signature. */
    record Unsigned() implements SignatureCheck {}

    /**
     * There is a signature, and no trusted key made it for these bytes.
     *
     * @param sentence what is wrong, for people
     */
    record BadSignature(String sentence) implements SignatureCheck {}
}
