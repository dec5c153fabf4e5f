package io.sirsi.security.shiro.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PasswordHashTest {

    /**
     * Made with Python: {@code hashlib.pbkdf2_hmac('sha512', 'päss wörd'.encode(), salt, 210000)}.
     */
    private static final String FOREIGN =
            "$pbkdf2-sha512$210000$AAECAwQFBgcICQoLDA0ODw$BhNAHjHnT6fNudUFSwt2ZVyTwx9FATjDcgf/HLYV1SJfdSuRlzQQuGVDJornNb54Li11wDaP0+Ao7GoA6r3LoA";

    @Test
    void accepts_what_another_implementation_of_pbkdf2_has_written() {
        PasswordHash hash = PasswordHash.parse(FOREIGN);
        PasswordVerifier verifier = new PasswordVerifier(KeyDerivation.PBKDF2);
        assertThat(matches(verifier, hash, "p\u00e4ss w\u00f6rd")).isTrue();
        assertThat(matches(verifier, hash, "pass word")).isFalse();
    }

    @Test
    void reads_base64_with_and_without_padding() {
        PasswordHash hash = PasswordHash.parse(FOREIGN);
        assertThat(PasswordHash.parse(FOREIGN + "==").text()).isEqualTo(hash.text());
        assertThat(hash.text()).isEqualTo(FOREIGN);
    }

    @Test
    void refuses_few_iterations_short_salts_and_short_hashes() {
        byte[] salt = new byte[16];
        byte[] hash = new byte[64];
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new PasswordHash(209_999, salt, hash));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new PasswordHash(10_000_001, salt, hash));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new PasswordHash(210_000, new byte[15], hash));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new PasswordHash(210_000, salt, new byte[63]));
    }

    @Test
    void says_nothing_of_itself() {
        assertThat(PasswordHash.parse(FOREIGN)).hasToString("PasswordHash[210000 iterations]");
    }

    @Test
    void costs_the_same_whatever_there_is_to_compare_with() {
        CountingDerivation counting = new CountingDerivation();
        PasswordVerifier verifier = new PasswordVerifier(counting);
        PasswordHash cheap = PasswordHash.parse(CountingDerivation.stored("s3cret", 210_000));
        PasswordHash dear = PasswordHash.parse(CountingDerivation.stored("s3cret", 600_000));
        String tooLong = "x".repeat(1_025);
        for (Optional<PasswordHash> stored :
                List.of(Optional.of(cheap), Optional.of(dear), Optional.<PasswordHash>empty())) {
            for (String typed : List.of("s3cret", "wrong", "", tooLong)) {
                boolean right = verifier.matches(typed.toCharArray(), stored, 600_000);
                assertThat(right).isEqualTo(stored.isPresent() && typed.equals("s3cret"));
                assertThat(counting.spent()).isEqualTo(600_000);
            }
        }
    }

    private static boolean matches(PasswordVerifier verifier, PasswordHash hash, String typed) {
        return verifier.matches(typed.toCharArray(), Optional.of(hash), hash.iterations());
    }
}
