package io.sirsi.aws.internal;

import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How AWS is asked, for all accounts.
 *
 * @param defaultChain whether credentials of the default chain make an account
 * @param rates requests per second to a service in a region
 * @param connectTimeout how long opening a connection may take
 * @param attemptTimeout how long one attempt may take
 * @param callTimeout how long one call may take with all its attempts
 * @param maxAttempts how often one call is tried
 * @param pageSize how many resources are asked for at once
 * @param detailThreads how many threads of an account look up details
 */
record AwsSettings(
        boolean defaultChain,
        Map<Service, Double> rates,
        Duration connectTimeout,
        Duration attemptTimeout,
        Duration callTimeout,
        int maxAttempts,
        int pageSize,
        int detailThreads) {

    /** What holds when nothing is configured. */
    static final AwsSettings DEFAULTS = read(Map.of());

    AwsSettings {
        rates = Map.copyOf(rates);
    }

    /**
     * Reads {@code io.sirsi.aws.cfg}.
     *
     * @throws IllegalArgumentException with a sentence, if a value makes no sense
     */
    static AwsSettings read(Map<String, Object> values) {
        Settings settings = new Settings(AwsConfig.PID + ".cfg", values);
        Map<Service, Double> rates = new EnumMap<>(Service.class);
        double rate = settings.rate("requestsPerSecond", settings.text("requestsPerSecond", "20"));
        for (Service service : Service.values()) {
            rates.put(service, rate);
        }
        String key = "serviceRequestsPerSecond";
        for (String pair : settings.list(key, List.of("s3=100", "iam=15", "lambda=15", "rds=10"))) {
            int cut = pair.indexOf('=');
            try {
                rates.put(
                        Service.valueOf(
                                pair.substring(0, Math.max(cut, 0))
                                        .strip()
                                        .toUpperCase(Locale.ROOT)),
                        settings.rate(key, pair.substring(cut + 1).strip()));
            } catch (IllegalArgumentException e) {
                throw settings.wrong(
                        key,
                        pair,
                        "write a service (ec2, iam, lambda, rds, s3 or sts), = and a number from"
                                + " 0.1 to 1000");
            }
        }
        return new AwsSettings(
                settings.flag("defaultChain", true),
                rates,
                Duration.ofMillis(settings.whole("connectTimeoutMs", 3000, 100, 60_000)),
                Duration.ofMillis(settings.whole("attemptTimeoutMs", 15_000, 100, 300_000)),
                Duration.ofMillis(settings.whole("callTimeoutMs", 60_000, 100, 600_000)),
                settings.whole("maxAttempts", 4, 1, 10),
                settings.whole("pageSize", 500, 20, 1000),
                settings.whole("detailThreads", 8, 1, 64));
    }

    /** {@return a copy with this rate for every service} */
    AwsSettings allAt(double requestsPerSecond) {
        Map<Service, Double> same = new EnumMap<>(Service.class);
        for (Service service : Service.values()) {
            same.put(service, requestsPerSecond);
        }
        return new AwsSettings(
                defaultChain,
                same,
                connectTimeout,
                attemptTimeout,
                callTimeout,
                maxAttempts,
                pageSize,
                detailThreads);
    }
}
