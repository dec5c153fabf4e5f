package io.sirsi.wasm.internal.manifest;

/** The metadata of a module is missing or wrong: one sentence for people. */
public final class RefusedManifestException extends Exception {

    private static final long serialVersionUID = 1L;

    /** Makes a refusal. */
    RefusedManifestException(String sentence) {
        super(sentence, null, false, false);
    }
}
