package io.sirsi.wasm.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.sirsi.audit.AuditAction;
import io.sirsi.audit.AuditOutcome;
import io.sirsi.audit.AuditQuery;
import io.sirsi.audit.AuditRecord;
import io.sirsi.audit.AuditTrail;
import io.sirsi.audit.AuditVerification;
import io.sirsi.failure.RefusedException;
import io.sirsi.wasm.ModuleFile;
import io.sirsi.wasm.ModuleRefused;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderDoorTest {

    /** A trail that remembers what is written, or cannot be written. */
    private static final class ListTrail implements AuditTrail {
        final List<String> lines = new ArrayList<>();
        boolean broken;

        @Override
        public long intent(AuditAction action) {
            if (broken) {
                throw RefusedException.unavailable("the audit cannot be written");
            }
            lines.add(action.caller() + " " + action.permission() + " " + action.target());
            return lines.size();
        }

        @Override
        public void result(long intent, AuditOutcome outcome, String note) {
            lines.add(outcome.name());
        }

        @Override
        public List<AuditRecord> read(AuditQuery query) {
            throw new UnsupportedOperationException("nobody reads");
        }

        @Override
        public AuditVerification verify() {
            throw new UnsupportedOperationException("nobody verifies");
        }
    }

    @TempDir Path folder;
    private final ListTrail trail = new ListTrail();
    private TestNode node;
    private FolderDoor door;

    @BeforeEach
    void start() throws IOException {
        node = new TestNode(folder, Map.of());
        door = new FolderDoor(node.modules, trail, new RecordingBus(node.told), Clock.systemUTC());
    }

    @AfterEach
    void stop() {
        node.close();
    }

    @Test
    void installs_between_an_intent_and_its_result() {
        assertThat(door.take(TestModules.answering("audit", "1.0.0"), false)).isTrue();

        assertThat(trail.lines).containsExactly("system@folder wasm:install guest.wasm", "DONE");
        assertThat(node.modules.list()).hasSize(1);
    }

    @Test
    void installs_nothing_while_the_audit_cannot_be_written() {
        trail.broken = true;

        assertThat(door.take(TestModules.answering("audit", "1.0.0"), false)).isFalse();

        assertThat(node.modules.list()).isEmpty();
        assertThat(node.types.offered).isEmpty();
        assertThat(node.room.instances()).isZero();
    }

    @Test
    void says_once_and_in_the_audit_why_a_file_is_not_taken() {
        ModuleFile text = ModuleFile.of("x.wasm", new byte[] {'h', 'i'});

        assertThat(door.take(text, false)).isFalse();
        assertThat(trail.lines).isEmpty();
        assertThat(door.take(text, true)).isTrue();

        assertThat(trail.lines).containsExactly("system@folder wasm:install x.wasm", "REFUSED");
        assertThat(node.told).singleElement().isInstanceOf(ModuleRefused.class);
    }
}
