package io.sirsi.wasm.internal.guest.http;

import java.util.function.Supplier;

/**
 * Asks for each step of a call, redirects included, whether it may be done, and keeps the record.
 */
@FunctionalInterface
public interface HttpGate {

    /**
     * Asks, and does it.
     *
     * @param method the method of this step
     * @param target where it goes
     * @param exchange does it
     * @return what came back
     * @throws io.sirsi.failure.RefusedException if it may not be done
     */
    HttpAnswer pass(String method, HttpTarget target, Supplier<HttpAnswer> exchange);
}
