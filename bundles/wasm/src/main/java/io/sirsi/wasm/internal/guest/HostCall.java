package io.sirsi.wasm.internal.guest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sirsi.spi.wasm.WasmTrap;
import java.util.Set;

/** One function of the module {@code sirsi}. Keeps nothing between calls. */
interface HostCall {

    /** {@return its name in the import} */
    String name();

    /** {@return the keys that its request may have} */
    Set<String> keys();

    /**
     * Answers.
     *
     * @param task who asks
     * @param request what for
     * @return the response
     * @throws Refusal if it is not done; the guest is told why
     * @throws WasmTrap to end the guest's call
     * @throws io.sirsi.failure.RefusedException if the platform refuses it
     */
    ObjectNode answer(GuestTask task, Request request) throws Refusal, WasmTrap;
}
