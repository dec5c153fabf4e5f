package io.sirsi.wasm;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A module as it is handed in, with what lay beside it. Nothing of it has been checked. Arrays are
 * copied in and out.
 */
public final class ModuleFile {

    private final String name;
    private final byte[] binary;
    private final byte @Nullable [] metadata;
    private final byte @Nullable [] signature;
    private volatile @Nullable ModuleDigest digest;

    private ModuleFile(
            String name, byte[] binary, byte @Nullable [] metadata, byte @Nullable [] signature) {
        this.name = name;
        this.binary = binary;
        this.metadata = metadata;
        this.signature = signature;
    }

    /**
     * {@return a module alone}
     *
     * @param name the file's name, for people, such as {@code tag-audit.wasm}
     * @param binary the file's bytes
     */
    public static ModuleFile of(String name, byte[] binary) {
        return new ModuleFile(name, binary.clone(), null, null);
    }

    /** {@return a copy with the bytes of {@code NAME.wasm.json}} */
    public ModuleFile withMetadata(byte[] json) {
        return new ModuleFile(name, binary, json.clone(), signature);
    }

    /** {@return a copy with the bytes of {@code NAME.wasm.sig}} */
    public ModuleFile withSignature(byte[] bytes) {
        return new ModuleFile(name, binary, metadata, bytes.clone());
    }

    /** {@return the file's name} */
    public String name() {
        return name;
    }

    /** {@return the file's bytes} */
    public byte[] binary() {
        return binary.clone();
    }

    /** {@return the bytes of the side file with its metadata, if there is one} */
    public Optional<byte[]> metadata() {
        return Optional.ofNullable(metadata).map(byte[]::clone);
    }

    /** {@return the bytes of its signature's file, if there is one} */
    public Optional<byte[]> signature() {
        return Optional.ofNullable(signature).map(byte[]::clone);
    }

    /**
     * {@return what identifies it: the module and what lay beside it; its signature does not count}
     * Computed once.
     */
    public ModuleDigest digest() {
        ModuleDigest known = digest;
        if (known == null) {
            known = ModuleDigest.of(binary, metadata == null ? new byte[0] : metadata);
            digest = known;
        }
        return known;
    }

    @Override
    public String toString() {
        return name + " (" + binary.length + " bytes)";
    }
}
