package io.sirsi.security.shiro.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.Reader;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ConfigFileTest {

    @Test
    void the_shipped_file_has_every_key_with_its_default() throws IOException {
        Map<String, String> defaults = new TreeMap<>();
        for (Method key : SecurityConfig.class.getDeclaredMethods()) {
            Object value = key.getDefaultValue();
            defaults.put(
                    key.getName().replace('_', '.'),
                    value instanceof String[] words
                            ? String.join(", ", words)
                            : String.valueOf(value));
        }
        Properties shipped = new Properties();
        try (Reader reader =
                Files.newBufferedReader(Path.of("../../config/io.sirsi.security.shiro.cfg"))) {
            shipped.load(reader);
        }
        assertThat(new TreeMap<Object, Object>(shipped)).isEqualTo(defaults);
    }
}
