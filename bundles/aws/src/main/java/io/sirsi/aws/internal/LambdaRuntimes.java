package io.sirsi.aws.internal;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.LocalDate;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/** When Lambda stopped, or stops, updating its runtimes: {@code lambda-runtimes.properties}. */
final class LambdaRuntimes {

    private LambdaRuntimes() {}

    /** {@return the day of its deprecation by runtime} */
    static Map<String, LocalDate> ends() {
        Properties file = new Properties();
        try (InputStream in =
                LambdaRuntimes.class.getResourceAsStream("lambda-runtimes.properties")) {
            if (in == null) {
                throw new IllegalStateException("lambda-runtimes.properties is not in the bundle");
            }
            file.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Map<String, LocalDate> ends = new TreeMap<>();
        for (String runtime : file.stringPropertyNames()) {
            ends.put(runtime, LocalDate.parse(file.getProperty(runtime)));
        }
        return ends;
    }
}
