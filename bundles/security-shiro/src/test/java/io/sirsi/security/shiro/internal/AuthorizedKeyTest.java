package io.sirsi.security.shiro.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AuthorizedKeyTest {

    static Stream<KeyPair> accepted() {
        return Stream.of(
                Keys.ed25519(),
                Keys.rsa(2048),
                Keys.ec("secp256r1"),
                Keys.ec("secp384r1"),
                Keys.ec("secp521r1"));
    }

    @ParameterizedTest
    @MethodSource("accepted")
    void recognizes_a_key_by_its_line(KeyPair pair) {
        AuthorizedKey line = AuthorizedKey.parse(Keys.line(pair.getPublic()) + " eve@laptop");
        assertThat(AuthorizedKey.of(pair.getPublic())).contains(line);
        assertThat(line.fingerprint()).startsWith("SHA256:").hasSize(50);
        for (KeyPair other : accepted().toList()) {
            assertThat(AuthorizedKey.of(other.getPublic())).isPresent().isNotEqualTo(line);
        }
    }

    @Test
    void computes_the_fingerprint_that_ssh_keygen_prints() {
        // ssh-keygen -t ed25519, ssh-keygen -l
        assertThat(
                        AuthorizedKey.parse(
                                        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIK9qBZ+uTWdlE5o/obK/TFoS2JS1dHQpxgUa/KSif2e")
                                .fingerprint())
                .isEqualTo("SHA256:qRpxLmtROq8P0oYgIyafeBFnxM7DiUY6u4y8TZbuCW0");
    }

    @Test
    void refuses_a_point_of_the_owner_on_a_curve_with_another_generator() throws Exception {
        KeyPair owner = Keys.ec("secp256r1");
        ECPublicKey real = (ECPublicKey) owner.getPublic();
        ECParameterSpec good = real.getParams();
        ECParameterSpec evil =
                new ECParameterSpec(
                        good.getCurve(), real.getW(), good.getOrder(), good.getCofactor());
        PublicKey forged = new ForgedKey(real, evil);
        assertThat(AuthorizedKey.of(forged)).isEmpty();
        PublicKey same =
                KeyFactory.getInstance("EC").generatePublic(new ECPublicKeySpec(real.getW(), good));
        assertThat(AuthorizedKey.of(same)).isEqualTo(AuthorizedKey.of(real));
    }

    @Test
    void refuses_small_rsa_unknown_types_and_damaged_keys() {
        String ed = Keys.line(Keys.ed25519().getPublic());
        for (String bad :
                List.of(
                        Keys.line(Keys.rsa(1024).getPublic()),
                        Keys.line("ssh-dss", new byte[128]),
                        Keys.line("ssh-ed25519", new byte[31]),
                        Keys.line("ssh-ed25519", new byte[32], new byte[0]),
                        Keys.line(
                                "ecdsa-sha2-nistp256",
                                "nistp384".getBytes(StandardCharsets.US_ASCII),
                                new byte[65]),
                        ed.replace("ssh-ed25519 ", "ssh-rsa "),
                        ed.substring(0, ed.length() - 8),
                        "ssh-ed25519",
                        "")) {
            assertThatIllegalArgumentException().isThrownBy(() -> AuthorizedKey.parse(bad));
        }
    }

    /** A key that lies about its curve, as in CVE-2020-0601. */
    private record ForgedKey(ECPublicKey real, ECParameterSpec params) implements ECPublicKey {
        @Override
        public ECPoint getW() {
            return real.getW();
        }

        @Override
        public ECParameterSpec getParams() {
            return params;
        }

        @Override
        public String getAlgorithm() {
            return "EC";
        }

        @Override
        public String getFormat() {
            return "X.509";
        }

        @Override
        public byte[] getEncoded() {
            return real.getEncoded();
        }
    }
}
