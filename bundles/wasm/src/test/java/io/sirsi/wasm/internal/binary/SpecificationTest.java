package io.sirsi.wasm.internal.binary;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sirsi.spi.wasm.EngineLimits;
import io.sirsi.spi.wasm.FunctionType;
import io.sirsi.spi.wasm.ValueType;
import io.sirsi.spi.wasm.WasmBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Admission agrees with the tests of the specification on what is a module. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SpecificationTest {

    private static final AdmissionLimits LIMITS =
            new AdmissionLimits(
                    new EngineLimits(65_536, Integer.MAX_VALUE),
                    Map.of(
                            host("print"), taking(),
                            host("print_i32"), taking(ValueType.I32),
                            host("print_i64"), taking(ValueType.I64),
                            host("print_f32"), taking(ValueType.F32),
                            host("print_f64"), taking(ValueType.F64),
                            host("print_i32_f32"), taking(ValueType.I32, ValueType.F32),
                            host("print_f64_f64"), taking(ValueType.F64, ValueType.F64)));

    /** Every file by its name. */
    private final Map<String, byte[]> files = new TreeMap<>();

    @BeforeAll
    void read() throws IOException {
        try (InputStream resource =
                        WasmBuilder.class.getResourceAsStream("specification/wasm-2.0.zip");
                ZipInputStream zip = new ZipInputStream(Objects.requireNonNull(resource))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                files.put(entry.getName(), zip.readAllBytes());
            }
        }
    }

    @Test
    void every_malformed_module_is_refused() throws IOException {
        Map<String, byte[]> malformed = modules("assert_malformed");

        assertThat(malformed).as("malformed modules").hasSizeGreaterThan(700);
        assertThat(malformed).allSatisfy((name, module) -> assertThat(refusal(module)).isNotNull());
    }

    @Test
    void every_valid_module_is_admitted_unless_it_imports_what_no_guest_may() throws IOException {
        Map<String, byte[]> valid = modules("module");
        Map<Rule, Integer> refused = new HashMap<>();

        valid.forEach(
                (name, module) -> {
                    RefusedModuleException refusal = refusal(module);
                    if (refusal != null) {
                        refused.merge(refusal.rule(), 1, Integer::sum);
                    }
                });

        assertThat(valid).as("valid modules").hasSizeGreaterThan(1_000);
        assertThat(refused).containsOnlyKeys(Rule.IMPORT);
        assertThat(refused.get(Rule.IMPORT)).isLessThan(150);
    }

    private static RefusedModuleException refusal(byte[] module) {
        try {
            Admission.admit(module, LIMITS);
            return null;
        } catch (RefusedModuleException refusal) {
            return refusal;
        }
    }

    /** {@return the binary modules that commands of a type name, by their files} */
    private Map<String, byte[]> modules(String type) throws IOException {
        ObjectMapper json = new ObjectMapper();
        Map<String, byte[]> modules = new TreeMap<>();
        List<String> lists = new ArrayList<>(files.keySet());
        lists.removeIf(name -> !name.endsWith(".json"));
        for (String list : lists) {
            String folder = list.substring(0, list.lastIndexOf('/') + 1);
            for (JsonNode command : json.readTree(files.get(list)).path("commands")) {
                String file = folder + command.path("filename").asText();
                if (command.path("type").asText().equals(type) && file.endsWith(".wasm")) {
                    modules.put(file, Objects.requireNonNull(files.get(file), file));
                }
            }
        }
        return modules;
    }

    private static ImportName host(String name) {
        return new ImportName("spectest", name);
    }

    private static FunctionType taking(ValueType... types) {
        return new FunctionType(List.of(types), List.of());
    }
}
