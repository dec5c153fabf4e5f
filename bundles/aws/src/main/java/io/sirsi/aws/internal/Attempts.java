package io.sirsi.aws.internal;

import io.sirsi.spi.cloud.DiscoverySink;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttribute;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.SdkHttpResponse;

/**
 * The attempts of one call: each is counted, and each after the first takes a turn, too. The first
 * one's turn was waited for outside the SDK, whose clocks would run during the wait.
 */
final class Attempts {

    /** Longer than this no retry waits inside a call; the task is tried again later instead. */
    static final Duration LONGEST_WAIT = Duration.ofSeconds(10);

    private static final ExecutionAttribute<Attempts> KEY =
            new ExecutionAttribute<>("io.sirsi.aws.attempts");

    private final DiscoverySink sink;
    private final TokenBucket bucket;
    private final AtomicInteger made = new AtomicInteger();

    Attempts(DiscoverySink sink, TokenBucket bucket) {
        this.sink = sink;
        this.bucket = bucket;
    }

    /** {@return the key under which a request carries its attempts} */
    static ExecutionAttribute<Attempts> key() {
        return KEY;
    }

    /**
     * Waits for the turn of the next call's first attempt.
     *
     * @throws InterruptedException if interrupted while waiting
     */
    void await() throws InterruptedException {
        bucket.take();
        made.set(0);
    }

    private void begin() {
        sink.called();
        if (made.incrementAndGet() > 1) {
            bucket.charge();
        }
    }

    /** {@return the wait that an answer names in seconds, if it names one} */
    static Optional<Duration> retryAfter(SdkHttpResponse answer) {
        try {
            return answer.firstMatchingHeader("Retry-After")
                    .map(String::strip)
                    .map(Long::parseLong)
                    .filter(seconds -> seconds >= 0 && seconds <= 86_400)
                    .map(Duration::ofSeconds);
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** Watches attempts. One serves all clients of an account. */
    static final class Watch implements ExecutionInterceptor {

        @Override
        public void beforeTransmission(
                Context.BeforeTransmission context, ExecutionAttributes attributes) {
            Attempts attempts = attributes.getAttribute(KEY);
            if (attempts != null) {
                attempts.begin();
            }
        }

        @Override
        public void afterTransmission(
                Context.AfterTransmission context, ExecutionAttributes attributes) {
            SdkHttpResponse answer = context.httpResponse();
            if (answer.statusCode() == 429 || answer.statusCode() == 503) {
                Optional<Duration> wait =
                        retryAfter(answer).filter(named -> named.compareTo(LONGEST_WAIT) > 0);
                if (wait.isPresent()) {
                    throw new ComeBackLater(answer.statusCode(), wait.get());
                }
            }
        }
    }

    /**
     * The other side named a wait that is too long to be sat through. Not an exception of the SDK's
     * own kind: of those it makes copies, which would have forgotten the wait.
     */
    static final class ComeBackLater extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private final int status;
        private final transient Duration delay;

        ComeBackLater(int status, Duration delay) {
            super("answered " + status, null, false, false);
            this.status = status;
            this.delay = delay;
        }

        /** {@return the HTTP status} */
        int status() {
            return status;
        }

        /** {@return how long} */
        Duration delay() {
            return delay;
        }
    }
}
