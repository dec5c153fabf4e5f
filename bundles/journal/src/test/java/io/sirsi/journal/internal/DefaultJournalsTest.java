package io.sirsi.journal.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sirsi.journal.Journal;
import io.sirsi.journal.JournalOptions;
import io.sirsi.journal.JournalState;
import io.sirsi.journal.JournalStatus;
import java.lang.annotation.Annotation;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DefaultJournalsTest {

    @TempDir Path folder;

    /** What an operator has configured. */
    private record Configured(String folder, int spinMicros) implements DefaultJournals.Config {
        @Override
        public Class<? extends Annotation> annotationType() {
            return DefaultJournals.Config.class;
        }
    }

    @Test
    void each_log_has_a_folder_of_its_own_and_a_status() throws Exception {
        DefaultJournals journals = new DefaultJournals(new Configured(folder.toString(), 0));
        Journal one = journals.open("agents", JournalOptions.SMALL, new ReadBack());
        journals.open("task-history", JournalOptions.SMALL, new ReadBack());
        one.append(new byte[10], 0, 10);
        assertThat(folder.resolve("agents")).isDirectory();
        assertThat(folder.resolve("task-history")).isDirectory();
        assertThat(journals.status())
                .extracting(JournalStatus::name)
                .containsExactly("agents", "task-history");
        journals.stop();
        assertThat(journals.status()).isEmpty();
        assertThat(one.status().state()).isEqualTo(JournalState.CLOSED);
    }

    @Test
    void without_a_folder_it_is_in_the_data_folder() throws Exception {
        String before = System.getProperty("sirsi.data", "");
        System.setProperty("sirsi.data", folder.toString());
        try {
            DefaultJournals journals = new DefaultJournals(new Configured("", 30));
            journals.open("log", JournalOptions.SMALL, new ReadBack());
            journals.stop();
        } finally {
            System.setProperty("sirsi.data", before);
        }
        assertThat(Files.isDirectory(folder.resolve("journal").resolve("log"))).isTrue();
    }

    @Test
    void nonsense_is_refused_with_a_sentence() {
        assertThatThrownBy(() -> new DefaultJournals(new Configured("", 30)))
                .hasMessageContaining("io.sirsi.journal.cfg");
        assertThatThrownBy(() -> new DefaultJournals(new Configured("x", 1_001)))
                .hasMessage("io.sirsi.journal.cfg: spinMicros must be 0 to 1000, not 1001");
        DefaultJournals journals = new DefaultJournals(new Configured(folder.toString(), 30));
        for (String name : new String[] {"", "..", "a/b", "Log", "x".repeat(33)}) {
            assertThatThrownBy(() -> journals.open(name, JournalOptions.SMALL, new ReadBack()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("lower-case letters and dashes");
        }
        assertThatThrownBy(() -> new JournalOptions(1_000_000, 1 << 20, 0))
                .hasMessageContaining("segmentBytes must be a power of two");
        assertThatThrownBy(() -> new JournalOptions(1 << 20, 1 << 21, 0))
                .hasMessageContaining("ringBytes");
        assertThatThrownBy(() -> new JournalOptions(1 << 20, 1 << 20, -1))
                .hasMessageContaining("reserveBytes");
    }
}
