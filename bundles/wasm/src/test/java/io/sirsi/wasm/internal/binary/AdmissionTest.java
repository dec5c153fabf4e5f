package io.sirsi.wasm.internal.binary;

import static org.assertj.core.api.Assertions.assertThat;

import io.sirsi.spi.wasm.EngineLimits;
import io.sirsi.spi.wasm.WasmBuilder;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AdmissionTest {

    @Test
    void a_reactor_is_admitted_with_its_exports_and_types() throws Exception {
        AdmittedModule module = Guests.admit(Guests.reactor());

        assertThat(module.exports()).containsOnlyKeys("memory", "alloc", "dealloc", "handle");
        assertThat(module.exports().get("handle").type())
                .hasToString("Optional[(i32 i32) -> (i64)]");
        assertThat(module.imports()).isEmpty();
        assertThat(module.agentSection()).isEmpty();
        assertThat(module.figures())
                .hasToString("3 functions, 11 bytes of code, memory 1 to 4 pages");
        assertThat(GuestExports.of(module).problems()).isEmpty();
    }

    @Test
    void what_has_one_of_everything_is_admitted() throws Exception {
        AdmittedModule module = Guests.admit(Guests.everything());

        assertThat(module.imports()).containsExactly(new Import(Guests.LOG, Guests.CALL));
        assertThat(module.agentSection().orElseThrow()).asString().isEqualTo("{}");
        assertThat(module.figures().maximumPages()).isEqualTo(256);
    }

    @Test
    void what_was_rewritten_is_admitted_as_it_is() throws Exception {
        byte[] once = Guests.admit(Guests.everything()).rewritten();

        assertThat(Admission.admit(once, Guests.LIMITS).rewritten()).isEqualTo(once);
    }

    @Test
    void a_memory_without_a_maximum_gets_the_limit() throws Exception {
        AdmittedModule module = Guests.admit(new WasmBuilder().memory(3, -1));

        assertThat(module.figures().minimumPages()).isEqualTo(3);
        assertThat(module.figures().maximumPages()).isEqualTo(256);
        assertThat(module.rewritten())
                .containsSequence(Guests.hex("05 05 01 01 03 8002")); // 3 to 256
    }

    @Test
    void a_maximum_above_the_limit_is_lowered_and_one_below_stays() throws Exception {
        assertThat(Guests.admit(new WasmBuilder().memory(0, 65_536)).figures().maximumPages())
                .isEqualTo(256);
        assertThat(Guests.admit(new WasmBuilder().memory(0, 4)).figures().maximumPages())
                .isEqualTo(4);
    }

    @Test
    void tables_are_lowered_too() throws Exception {
        byte[] rewritten =
                Guests.admit(new WasmBuilder().table(1, -1).table(2, 9).table(0, 1 << 30))
                        .rewritten();

        assertThat(rewritten)
                .containsSequence(Guests.hex("04 0f 03 70 01 01 904e 70 01 02 09 70 01 00 904e"));
    }

    @Test
    void a_module_gets_what_it_asked_for_where_that_is_less() throws Exception {
        AdmissionLimits less = new AdmissionLimits(new EngineLimits(8, 5), Map.of());

        AdmittedModule module = Admission.admit(Guests.reactor().table(5, -1).build(), less);

        assertThat(module.figures().maximumPages()).isEqualTo(4);
        assertThat(module.rewritten()).containsSequence(Guests.hex("04 05 01 70 01 05 05"));
    }

    @Test
    void custom_sections_are_dropped_and_everything_else_stays_byte_by_byte() throws Exception {
        WasmBuilder guest = Guests.reactor();
        byte[] plain = guest.build();
        byte[] withNames =
                guest.custom("name", new byte[50]).custom("producers", new byte[9]).build();

        assertThat(Admission.admit(withNames, Guests.LIMITS).rewritten()).isEqualTo(plain);
    }

    @Test
    void what_is_given_out_can_be_changed_without_harm() throws Exception {
        AdmittedModule module = Guests.admit(Guests.everything());

        module.rewritten()[0] = 9;
        module.agentSection().orElseThrow()[0] = 9;

        assertThat(module.rewritten()[0]).isZero();
        assertThat(module.agentSection().orElseThrow()).asString().isEqualTo("{}");
    }

    @Test
    void numbers_may_be_written_in_more_bytes_than_they_need() throws Exception {
        byte[] padded =
                Guests.sections(
                        "01 8180808000 60 00 00", "03 01 8080808000", "0a 01 8280808000 00 0b");

        assertThat(Admission.admit(padded, Guests.LIMITS).figures().functions()).isEqualTo(1);
    }
}
