package io.sirsi.security.shiro.internal;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;

/**
 * A public key as OpenSSH writes it, {@code TYPE BASE64}, held in the wire form of RFC 4253, 5656
 * and 8709. Two keys are the same if their wire forms are: that does not depend on which provider
 * made the Java object.
 */
final class AuthorizedKey {

    private static final String ED25519 = "ssh-ed25519";
    private static final String RSA = "ssh-rsa";
    private static final String ECDSA = "ecdsa-sha2-";

    private static final Map<String, String> CURVES =
            Map.of("nistp256", "secp256r1", "nistp384", "secp384r1", "nistp521", "secp521r1");

    /** How X.509 begins an Ed25519 key (RFC 8410); the 32 bytes of the key follow. */
    private static final byte[] ED25519_PREFIX = {
        0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00
    };

    private final byte[] wire;

    private AuthorizedKey(byte[] wire) {
        this.wire = wire;
    }

    /**
     * Reads a key.
     *
     * @param text {@code TYPE BASE64}, and perhaps a comment
     * @throws IllegalArgumentException if it is none, or of a kind or size that is not accepted;
     *     the message is a clause
     */
    static AuthorizedKey parse(String text) {
        String[] words = text.strip().split("\\s+", 3);
        if (words.length < 2) {
            throw new IllegalArgumentException("a key is written as TYPE BASE64");
        }
        byte[] wire;
        try {
            wire = Base64.getDecoder().decode(words[1]);
        } catch (IllegalArgumentException notBase64) {
            throw new IllegalArgumentException("the key is not Base64", notBase64);
        }
        ByteBuffer in = ByteBuffer.wrap(wire);
        String type = new String(chunk(in), StandardCharsets.US_ASCII);
        if (!type.equals(words[0])) {
            throw new IllegalArgumentException("the key is not of the type that its line says");
        }
        checkBody(type, in);
        if (in.hasRemaining()) {
            throw new IllegalArgumentException("the key is longer than a key of its type");
        }
        return new AuthorizedKey(wire);
    }

    private static void checkBody(String type, ByteBuffer in) {
        if (type.equals(ED25519)) {
            if (chunk(in).length != 32) {
                throw new IllegalArgumentException("the key is not a whole Ed25519 key");
            }
        } else if (type.equals(RSA)) {
            chunk(in);
            if (new BigInteger(1, chunk(in)).bitLength() < 2048) {
                throw new IllegalArgumentException("an RSA key needs at least 2048 bits");
            }
        } else if (type.startsWith(ECDSA)
                && CURVES.containsKey(type.substring(ECDSA.length()))
                && type.endsWith(new String(chunk(in), StandardCharsets.US_ASCII))) {
            chunk(in);
        } else {
            throw new IllegalArgumentException(
                    "keys are ssh-ed25519, ecdsa-sha2-nistp256, -nistp384, -nistp521 or ssh-rsa");
        }
    }

    private static byte[] chunk(ByteBuffer in) {
        int length = in.remaining() < 4 ? -1 : in.getInt();
        if (length < 0 || length > in.remaining()) {
            throw new IllegalArgumentException("the key is cut off");
        }
        byte[] bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }

    /** {@return the same key from Java's form; empty for kinds that are not accepted} */
    static Optional<AuthorizedKey> of(PublicKey key) {
        return wireOf(key).map(AuthorizedKey::new);
    }

    private static Optional<byte[]> wireOf(PublicKey key) {
        if (key instanceof RSAPublicKey rsa) {
            return Optional.of(
                    wire(
                            RSA,
                            rsa.getPublicExponent().toByteArray(),
                            rsa.getModulus().toByteArray()));
        }
        if (key instanceof ECPublicKey ec) {
            return CURVES.entrySet().stream()
                    .filter(curve -> isOn(ec.getParams(), curve.getValue()))
                    .findFirst()
                    .map(
                            curve ->
                                    wire(
                                            ECDSA + curve.getKey(),
                                            curve.getKey().getBytes(StandardCharsets.US_ASCII),
                                            point(ec)));
        }
        byte[] x509 = key.getEncoded();
        int prefix = ED25519_PREFIX.length;
        if (x509 != null
                && x509.length == prefix + 32
                && Arrays.equals(x509, 0, prefix, ED25519_PREFIX, 0, prefix)) {
            return Optional.of(wire(ED25519, Arrays.copyOfRange(x509, prefix, x509.length)));
        }
        return Optional.empty();
    }

    /** All parameters, the generator too: a point alone does not say which private key it has. */
    private static boolean isOn(ECParameterSpec params, String curve) {
        try {
            AlgorithmParameters named = AlgorithmParameters.getInstance("EC");
            named.init(new ECGenParameterSpec(curve));
            ECParameterSpec spec = named.getParameterSpec(ECParameterSpec.class);
            return spec.getCurve().getField().equals(params.getCurve().getField())
                    && spec.getCurve().getA().equals(params.getCurve().getA())
                    && spec.getCurve().getB().equals(params.getCurve().getB())
                    && spec.getGenerator().equals(params.getGenerator())
                    && spec.getOrder().equals(params.getOrder())
                    && spec.getCofactor() == params.getCofactor();
        } catch (GeneralSecurityException unknownCurve) {
            return false;
        }
    }

    private static byte[] point(ECPublicKey key) {
        int size = (key.getParams().getCurve().getField().getFieldSize() + 7) / 8;
        ECPoint point = key.getW();
        ByteBuffer out = ByteBuffer.allocate(1 + 2 * size);
        out.put((byte) 4);
        out.put(fixed(point.getAffineX(), size));
        out.put(fixed(point.getAffineY(), size));
        return out.array();
    }

    private static byte[] fixed(BigInteger number, int size) {
        byte[] bytes = number.toByteArray();
        byte[] out = new byte[size];
        int length = Math.min(bytes.length, size);
        System.arraycopy(bytes, bytes.length - length, out, size - length, length);
        return out;
    }

    private static byte[] wire(String type, byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        append(out, type.getBytes(StandardCharsets.US_ASCII));
        for (byte[] part : parts) {
            append(out, part);
        }
        return out.toByteArray();
    }

    private static void append(ByteArrayOutputStream out, byte[] bytes) {
        out.writeBytes(ByteBuffer.allocate(4).putInt(bytes.length).array());
        out.writeBytes(bytes);
    }

    /** {@return how people compare keys: {@code SHA256:} and Base64, as ssh-keygen -l prints it} */
    String fingerprint() {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(wire);
            return "SHA256:" + Base64.getEncoder().withoutPadding().encodeToString(digest);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof AuthorizedKey that && Arrays.equals(wire, that.wire);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(wire);
    }

    @Override
    public String toString() {
        return fingerprint();
    }
}
