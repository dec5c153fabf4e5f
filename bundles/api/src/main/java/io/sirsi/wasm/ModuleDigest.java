package io.sirsi.wasm;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * What identifies a module: the SHA-256 of its file, followed by that of the side file with its
 * metadata, if there is one.
 *
 * @param value 64 hexadecimal digits in lower case
 */
public record ModuleDigest(String value) {

    private static final Pattern SHAPE = Pattern.compile("[0-9a-f]{64}");

    public ModuleDigest {
        if (!SHAPE.matcher(value).matches()) {
            throw new IllegalArgumentException("not a digest: '" + value + "'");
        }
    }

    /** {@return the digest of a module that has no side file} */
    public static ModuleDigest of(byte[] binary) {
        return of(binary, new byte[0]);
    }

    static ModuleDigest of(byte[] binary, byte[] metadata) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(binary);
            digest.update(metadata);
            return new ModuleDigest(HexFormat.of().formatHex(digest.digest()));
        } catch (NoSuchAlgorithmException impossible) { // every Java platform has it
            throw new IllegalStateException(impossible);
        }
    }

    /** {@return the first twelve digits, for people} */
    public String brief() {
        return value.substring(0, 12);
    }

    @Override
    public String toString() {
        return value;
    }
}
