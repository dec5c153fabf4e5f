package io.sirsi.wasm.internal.guest;

import io.sirsi.spi.security.SecretSource;
import io.sirsi.wasm.internal.guest.http.GuestHttp;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/**
 * What all guests of a node share. All of it is thread-safe.
 *
 * @param secrets where secrets come from; one that refuses, if there is none
 * @param http how guests call the outside
 * @param workers does what may block
 * @param time the time
 * @param random where random bytes come from; fit for keys
 * @param taskTypes whether an agent type that exists now runs tasks of a type
 */
public record GuestServices(
        SecretSource secrets,
        GuestHttp http,
        GuestWorkers workers,
        GuestTime time,
        RandomGenerator random,
        Predicate<String> taskTypes) {}
