package io.sirsi.wasm.internal.binary;

import static org.assertj.core.api.Assertions.assertThat;

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
}
