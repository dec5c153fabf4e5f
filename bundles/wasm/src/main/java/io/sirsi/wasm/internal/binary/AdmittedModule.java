package io.sirsi.wasm.internal.binary;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A module that an engine may see. Arrays are copied out. */
public final class AdmittedModule {

    private final byte[] rewritten;
    private final List<Import> imports;
    private final Map<String, Export> exports;
    private final byte @Nullable [] agentSection;
    private final ModuleFigures figures;

    /** Keeps the arrays; nobody else may have them. */
    AdmittedModule(
            byte[] rewritten,
            List<Import> imports,
            Map<String, Export> exports,
            byte @Nullable [] agentSection,
            ModuleFigures figures) {
        this.rewritten = rewritten;
        this.imports = List.copyOf(imports);
        this.exports = Collections.unmodifiableMap(new LinkedHashMap<>(exports));
        this.agentSection = agentSection;
        this.figures = figures;
    }

    /**
     * {@return the module as engines get it: the maxima of memory and tables lowered to the limit,
     * no custom sections}
     */
    public byte[] rewritten() {
        return rewritten.clone();
    }

    /** {@return what it imports, in the order of the file} */
    public List<Import> imports() {
        return imports;
    }

    /** {@return what it exports by name, in the order of the file} */
    public Map<String, Export> exports() {
        return exports;
    }

    /** {@return the content of the custom section {@code sirsi.agent}, if there is one} */
    public Optional<byte[]> agentSection() {
        return Optional.ofNullable(agentSection).map(byte[]::clone);
    }

    /** {@return how large it is} */
    public ModuleFigures figures() {
        return figures;
    }
}
