package io.sirsi.wasm;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * What identifies a module: the SHA-256 of its file.
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

    /** {@return the digest of these bytes} */
    public static ModuleDigest of(byte[] binary) {
        try {
            return new ModuleDigest(
                    HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(binary)));
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
