package io.sirsi.wasm.internal.signature;

import static org.assertj.core.api.Assertions.assertThat;

import io.sirsi.wasm.ModuleFile;
import io.sirsi.wasm.internal.signature.SignatureCheck.BadSignature;
import io.sirsi.wasm.internal.signature.SignatureCheck.SignedBy;
import io.sirsi.wasm.internal.signature.SignatureCheck.Unsigned;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.Signature;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrustedKeysTest {

    private static final byte[] BINARY = {0, 'a', 's', 'm', 1, 0, 0, 0};
    private static final byte[] METADATA = {'{', '}'};

    @TempDir private Path folder;
    private KeyPair ada;
    private KeyPair bob;

    @BeforeEach
    void keys() throws Exception {
        ada = pair("Ed25519");
        bob = pair("Ed25519");
        write("ada", ada.getPublic());
    }

    @Test
    void a_module_is_signed_by_the_key_that_signed_it() throws Exception {
        write("bob", bob.getPublic());

        assertThat(check(module().withSignature(sign(bob, BINARY)))).isEqualTo(new SignedBy("bob"));
        assertThat(check(module().withSignature(sign(ada, BINARY)))).isEqualTo(new SignedBy("ada"));
    }

    @Test
    void the_signature_may_be_in_base64_over_several_lines() throws Exception {
        byte[] text = Base64.getMimeEncoder(40, new byte[] {'\r', '\n'}).encode(sign(ada, BINARY));

        assertThat(check(module().withSignature(text))).isEqualTo(new SignedBy("ada"));
    }

    @Test
    void the_metadata_beside_a_module_are_signed_with_it() throws Exception {
        byte[] both = sign(ada, new byte[] {0, 'a', 's', 'm', 1, 0, 0, 0, '{', '}'});

        assertThat(check(module().withMetadata(METADATA).withSignature(both)))
                .isEqualTo(new SignedBy("ada"));
        assertThat(check(module().withSignature(both))).isInstanceOf(BadSignature.class);
        assertThat(check(module().withMetadata(METADATA).withSignature(sign(ada, BINARY))))
                .isInstanceOf(BadSignature.class);
    }

    @Test
    void a_signature_of_nobody_is_bad_and_names_who_is_trusted() throws Exception {
        assertThat(check(module().withSignature(sign(bob, BINARY))))
                .isEqualTo(
                        new BadSignature(
                                "the signature of m.wasm was made by none of the trusted keys ada,"
                                        + " or the file was changed since"));
    }

    @Test
    void a_changed_bit_of_the_module_or_the_signature_is_seen() throws Exception {
        byte[] signature = sign(ada, BINARY);
        for (int bit = 0; bit < signature.length * 8; bit++) {
            byte[] changed = signature.clone();
            changed[bit / 8] ^= (byte) (1 << (bit % 8));
            assertThat(check(module().withSignature(changed))).isInstanceOf(BadSignature.class);
        }
        byte[] changed = BINARY.clone();
        changed[7] ^= 1;
        assertThat(check(ModuleFile.of("m.wasm", changed).withSignature(signature)))
                .isInstanceOf(BadSignature.class);
    }

    @Test
    void what_is_no_signature_is_said_to_be_none() throws Exception {
        for (byte[] content :
                new byte[][] {
                    {},
                    "not base64!".getBytes(StandardCharsets.UTF_8),
                    new byte[63],
                    new byte[65],
                    new byte[100_000],
                    Base64.getEncoder().encode(new byte[63])
                }) {
            assertThat(check(module().withSignature(content)))
                    .isEqualTo(
                            new BadSignature(
                                    "the signature of m.wasm is neither 64 bytes nor these in"
                                            + " Base64, but "
                                            + content.length
                                            + " bytes"));
        }
    }

    @Test
    void a_module_without_a_signature_is_unsigned() {
        assertThat(check(module())).isEqualTo(new Unsigned());
    }

    @Test
    void without_a_folder_no_key_is_trusted_and_nothing_is_wrong() throws Exception {
        TrustedKeys none = TrustedKeys.read(folder.resolve("nowhere"));

        assertThat(none.names()).isEmpty();
        assertThat(none.warnings()).isEmpty();
        assertThat(none.check(module().withSignature(sign(ada, BINARY))))
                .isEqualTo(
                        new BadSignature(
                                "the signature of m.wasm cannot be trusted: there is no key"));
    }

    @Test
    void a_file_that_is_no_key_is_a_warning_and_the_others_count() throws Exception {
        Files.writeString(folder.resolve("empty.pem"), "");
        Files.writeString(
                folder.resolve("noise.pem"),
                "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----");
        Files.writeString(
                folder.resolve("letters.pem"),
                "-----BEGIN PUBLIC KEY-----\n!!!\n-----END PUBLIC KEY-----");
        Files.createDirectory(folder.resolve("folder.pem"));
        write("rsa", pair("RSA").getPublic());
        write("other-curve", pair("X25519").getPublic());
        Files.writeString(folder.resolve("readme.txt"), "not looked at");

        TrustedKeys keys = TrustedKeys.read(folder);

        assertThat(keys.names()).containsExactly("ada");
        assertThat(keys.warnings())
                .hasSize(6)
                .allMatch(warning -> warning.contains("is not trusted"))
                .anyMatch(warning -> warning.contains("rsa.pem"));
        assertThat(keys.check(module().withSignature(sign(ada, BINARY))))
                .isEqualTo(new SignedBy("ada"));
    }

    @Test
    void a_folder_that_is_a_file_is_a_warning() throws Exception {
        TrustedKeys keys = TrustedKeys.read(folder.resolve("ada.pem"));

        assertThat(keys.warnings()).singleElement().asString().contains("cannot be read");
    }

    /** The second of the test vectors of RFC 8032, section 7.1. */
    @Test
    void the_vector_of_the_rfc_is_verified() throws Exception {
        byte[] prefix = HexFormat.of().parseHex("302a300506032b6570032100");
        byte[] key =
                HexFormat.of()
                        .parseHex(
                                "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
        byte[] encoded = Arrays.copyOf(prefix, prefix.length + key.length);
        System.arraycopy(key, 0, encoded, prefix.length, key.length);
        writePem("rfc8032", encoded);
        byte[] signature =
                HexFormat.of()
                        .parseHex(
                                "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                                        + "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00");

        assertThat(check(ModuleFile.of("m.wasm", new byte[] {0x72}).withSignature(signature)))
                .isEqualTo(new SignedBy("rfc8032"));
    }

    private SignatureCheck check(ModuleFile file) {
        return TrustedKeys.read(folder).check(file);
    }

    private static ModuleFile module() {
        return ModuleFile.of("m.wasm", BINARY);
    }

    private void write(String name, PublicKey key) throws IOException {
        writePem(name, key.getEncoded());
    }

    private void writePem(String name, byte[] encoded) throws IOException {
        String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(encoded);
        Files.writeString(
                folder.resolve(name + ".pem"),
                "-----BEGIN PUBLIC KEY-----\n" + text + "\n-----END PUBLIC KEY-----\n");
    }

    private static KeyPair pair(String algorithm) throws GeneralSecurityException {
        return KeyPairGenerator.getInstance(algorithm).generateKeyPair();
    }

    private static byte[] sign(KeyPair by, byte[] content) throws GeneralSecurityException {
        Signature signature = Signature.getInstance("Ed25519");
        signature.initSign(by.getPrivate());
        signature.update(content);
        return signature.sign();
    }
}
