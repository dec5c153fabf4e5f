package io.sirsi.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.Set;
import org.apache.sshd.common.config.keys.PublicKeyEntry;

/**
 * The key pair with which the launcher logs in: made at the first start of a data folder, readable
 * by its owner alone.
 *
 * <p>It is ECDSA on P-256: the JDK and the SSH server know it without further libraries, and the
 * public-key login of Karaf understands RSA, DSA and ECDSA, but not Ed25519.
 */
final class AdminKey {

    private static final String PRIVATE = "admin.key";
    private static final String PUBLIC = "admin.key.pub";

    /** Of new files with secrets in them. */
    static final FileAttribute<Set<PosixFilePermission>> FOR_THE_OWNER =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final Path folder;

    AdminKey(Path folder) {
        this.folder = folder;
    }

    boolean exists() {
        return Files.exists(file());
    }

    /** Where the private half lies. */
    Path file() {
        return folder.resolve(PRIVATE);
    }

    /**
     * Makes the pair if there is none.
     *
     * @throws IOException when it cannot be written
     */
    void make() throws IOException {
        if (exists()) {
            return;
        }
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            KeyPair pair = generator.generateKeyPair();
            write(
                    folder.resolve(PUBLIC),
                    PublicKeyEntry.toString(pair.getPublic()) + " sirsi-admin\n");
            write(folder.resolve(PRIVATE), pem(pair));
        } catch (GeneralSecurityException e) {
            throw new Refusal(
                    "this Java cannot make an ECDSA key ("
                            + e.getMessage()
                            + "); use a complete JDK 17 or 21.");
        }
    }

    /** The pair, for a login. */
    KeyPair load() {
        try {
            KeyFactory factory = KeyFactory.getInstance("EC");
            byte[] encoded =
                    Base64.getMimeDecoder().decode(body(Files.readString(folder.resolve(PRIVATE))));
            PublicKey known =
                    PublicKeyEntry.parsePublicKeyEntry(publicLine())
                            .resolvePublicKey(null, null, null);
            return new KeyPair(known, factory.generatePrivate(new PKCS8EncodedKeySpec(encoded)));
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            throw new Refusal(
                    "cannot read the key "
                            + folder.resolve(PRIVATE)
                            + " ("
                            + e.getMessage()
                            + "); remove it and restart the node to get a new one.");
        }
    }

    /**
     * The public half as one line, {@code TYPE BASE64 COMMENT}.
     *
     * @throws IOException when it cannot be read
     */
    String publicLine() throws IOException {
        return Files.readString(folder.resolve(PUBLIC)).trim();
    }

    /** The key by which a node is known, as its server wrote it at the first connection. */
    static PublicKey ofNode(Path folder) throws IOException, GeneralSecurityException {
        String text = Files.readString(folder.resolve("host.key.pub"));
        byte[] encoded = Base64.getMimeDecoder().decode(body(text));
        return KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(encoded));
    }

    private static String pem(KeyPair pair) {
        String base64 =
                Base64.getMimeEncoder(64, new byte[] {'\n'})
                        .encodeToString(pair.getPrivate().getEncoded());
        return "-----BEGIN PRIVATE KEY-----\n" + base64 + "\n-----END PRIVATE KEY-----\n";
    }

    private static String body(String pem) {
        return pem.replaceAll("-----[A-Z ]+-----", "");
    }

    private static void write(Path file, String text) throws IOException {
        Files.deleteIfExists(file);
        Files.createFile(file, FOR_THE_OWNER);
        Files.writeString(file, text, StandardOpenOption.WRITE);
    }
}
