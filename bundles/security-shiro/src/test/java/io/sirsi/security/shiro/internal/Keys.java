package io.sirsi.security.shiro.internal;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.Base64;

/** Key pairs of the JDK, and how OpenSSH writes their public halves. */
final class Keys {

    private Keys() {}

    static KeyPair ed25519() {
        return generate("Ed25519", 0);
    }

    static KeyPair rsa(int bits) {
        return generate("RSA", bits);
    }

    static KeyPair ec(String curve) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec(curve));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static KeyPair generate(String algorithm, int bits) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
            if (bits > 0) {
                generator.initialize(bits);
            }
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    static String line(PublicKey key) {
        if (key instanceof RSAPublicKey rsa) {
            return line(
                    "ssh-rsa",
                    rsa.getPublicExponent().toByteArray(),
                    rsa.getModulus().toByteArray());
        }
        if (key instanceof ECPublicKey ec) {
            int bits = ec.getParams().getCurve().getField().getFieldSize();
            int size = (bits + 7) / 8;
            byte[] point = new byte[1 + 2 * size];
            point[0] = 4;
            put(ec.getW().getAffineX(), point, 1, size);
            put(ec.getW().getAffineY(), point, 1 + size, size);
            return line(
                    "ecdsa-sha2-nistp" + bits,
                    ("nistp" + bits).getBytes(StandardCharsets.US_ASCII),
                    point);
        }
        byte[] x509 = key.getEncoded();
        return line("ssh-ed25519", Arrays.copyOfRange(x509, x509.length - 32, x509.length));
    }

    private static void put(BigInteger number, byte[] out, int at, int size) {
        for (int i = 0; i < size; i++) {
            out[at + size - 1 - i] = number.shiftRight(8 * i).byteValue();
        }
    }

    static String line(String type, byte[]... parts) {
        ByteBuffer wire = ByteBuffer.allocate(4096);
        wire.putInt(type.length()).put(type.getBytes(StandardCharsets.US_ASCII));
        for (byte[] part : parts) {
            wire.putInt(part.length).put(part);
        }
        byte[] bytes = Arrays.copyOf(wire.array(), wire.position());
        return type + " " + Base64.getEncoder().encodeToString(bytes);
    }
}
