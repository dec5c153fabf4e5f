package io.sirsi.secrets.file.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.Reader;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.junit.jupiter.api.Test;

final class ConfigFileTest {

    @Test
    void the_file_has_every_key_with_its_default_and_no_other() throws IOException {
        Properties file = new Properties();
        try (Reader reader =
                Files.newBufferedReader(Path.of("../../config/io.sirsi.secrets.file.cfg"))) {
            file.load(reader);
        }
        Properties code = new Properties();
        for (Method key : FileSecretSource.Config.class.getDeclaredMethods()) {
            code.setProperty(key.getName(), String.valueOf(key.getDefaultValue()));
        }
        assertThat(file).isNotEmpty().isEqualTo(code);
    }
}
