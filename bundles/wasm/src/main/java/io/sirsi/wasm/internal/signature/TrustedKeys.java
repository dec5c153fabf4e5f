package io.sirsi.wasm.internal.signature;

import io.sirsi.wasm.ModuleFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The public keys whose signatures a node trusts: Ed25519 (RFC 8032), each a PEM file of a
 * SubjectPublicKeyInfo, and named by its file. Immutable and thread-safe: read them anew after a
 * change of the folder.
 */
public final class TrustedKeys {

    private static final String ENDING = ".pem";
    private static final String BEGIN = "-----BEGIN PUBLIC KEY-----";
    private static final String END = "-----END PUBLIC KEY-----";
    private static final String ALGORITHM = "Ed25519";
    private static final int SIGNATURE_BYTES = 64;
    private static final int LARGEST_FILE = 8 * 1024;
    private static final int MOST_KEYS = 1_000;

    private final Map<String, PublicKey> keys;
    private final List<String> warnings;

    private TrustedKeys(Map<String, PublicKey> keys, List<String> warnings) {
        this.keys = new TreeMap<>(keys);
        this.warnings = List.copyOf(warnings);
    }

    /**
     * Reads the keys of a folder. Blocks on the disk. A file that cannot be used is a warning, and
     * the others still count.
     *
     * @param folder the folder; without it, no key is trusted
     * @return the keys
     */
    public static TrustedKeys read(Path folder) {
        Map<String, PublicKey> keys = new TreeMap<>();
        List<String> warnings = new ArrayList<>();
        if (!Files.exists(folder)) {
            return new TrustedKeys(keys, warnings);
        }
        for (Path file : files(folder, warnings)) {
            try {
                keys.put(nameOf(file), key(file));
            } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
                warnings.add(
                        "the key "
                                + file
                                + " is not trusted: it is not a readable PEM file of an Ed25519"
                                + " public key ("
                                + e.getClass().getSimpleName()
                                + ")");
            }
        }
        return new TrustedKeys(keys, warnings);
    }

    private static Set<Path> files(Path folder, List<String> warnings) {
        Set<Path> files = new TreeSet<>();
        try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, "*" + ENDING)) {
            for (Path file : found) {
                if (files.size() == MOST_KEYS) {
                    warnings.add("the folder " + folder + " has more than " + MOST_KEYS + " keys");
                    break;
                }
                files.add(file);
            }
        } catch (IOException | DirectoryIteratorException e) {
            warnings.add("the folder of keys " + folder + " cannot be read: no key is trusted");
            return Set.of();
        }
        return files;
    }

    private static PublicKey key(Path file) throws IOException, GeneralSecurityException {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(LARGEST_FILE);
        }
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        int begin = text.indexOf(BEGIN);
        int end = text.indexOf(END);
        if (begin < 0 || end < begin) {
            throw new IllegalArgumentException("no public key");
        }
        byte[] encoded =
                Base64.getDecoder()
                        .decode(withoutBlanks(text.substring(begin + BEGIN.length(), end)));
        return KeyFactory.getInstance(ALGORITHM).generatePublic(new X509EncodedKeySpec(encoded));
    }

    private static String nameOf(Path file) {
        String name = String.valueOf(file.getFileName());
        return name.substring(0, name.length() - ENDING.length());
    }

    /** {@return the names of the keys, in order} */
    public Set<String> names() {
        return keys.keySet();
    }

    /** {@return one sentence for each file that could not be used, in order} */
    public List<String> warnings() {
        return warnings;
    }

    /**
     * Tells by whom a module is signed: the bytes of the module, followed by those of the side file
     * with its metadata, if there is one.
     *
     * @param file the module with what lay beside it
     * @return how it came out
     */
    public SignatureCheck check(ModuleFile file) {
        Optional<byte[]> content = file.signature();
        if (content.isEmpty()) {
            return new SignatureCheck.Unsigned();
        }
        Optional<byte[]> signature = signature(content.get());
        if (signature.isEmpty()) {
            return new SignatureCheck.BadSignature(
                    "the signature of "
                            + file.name()
                            + " is neither "
                            + SIGNATURE_BYTES
                            + " bytes nor these in Base64, but "
                            + content.get().length
                            + " bytes");
        }
        byte[] binary = file.binary();
        byte[] metadata = file.metadata().orElse(new byte[0]);
        for (Map.Entry<String, PublicKey> key : keys.entrySet()) {
            if (signed(key.getValue(), signature.get(), binary, metadata)) {
                return new SignatureCheck.SignedBy(key.getKey());
            }
        }
        return new SignatureCheck.BadSignature(
                keys.isEmpty()
                        ? "the signature of " + file.name() + " cannot be trusted: there is no key"
                        : "the signature of "
                                + file.name()
                                + " was made by none of the trusted keys "
                                + String.join(", ", keys.keySet())
                                + ", or the file was changed since");
    }

    private static Optional<byte[]> signature(byte[] content) {
        if (content.length == SIGNATURE_BYTES) {
            return Optional.of(content);
        }
        if (content.length > LARGEST_FILE) {
            return Optional.empty();
        }
        try {
            byte[] decoded =
                    Base64.getDecoder()
                            .decode(
                                    withoutBlanks(
                                            new String(content, StandardCharsets.ISO_8859_1)));
            return decoded.length == SIGNATURE_BYTES ? Optional.of(decoded) : Optional.empty();
        } catch (IllegalArgumentException notBase64) {
            return Optional.empty();
        }
    }

    private static String withoutBlanks(String text) {
        return text.replaceAll("[ \t\r\n]", "");
    }

    private static boolean signed(PublicKey key, byte[] signature, byte[] binary, byte[] metadata) {
        try {
            Signature check = Signature.getInstance(ALGORITHM);
            check.initVerify(key);
            check.update(binary);
            check.update(metadata);
            return check.verify(signature);
        } catch (GeneralSecurityException notOneOfThisKey) {
            return false;
        }
    }
}
