package io.sirsi.wasm;

import java.util.List;
import java.util.Optional;

/**
 * What came out when a module was checked, rule by rule, without installing it.
 *
 * @param digest which file it is
 * @param bytes how large it is
 * @param manifest what it says of itself; empty if that could not be read
 * @param checks the rules in the order in which they were looked at
 */
public record ModuleReport(
        ModuleDigest digest, long bytes, Optional<ModuleManifest> manifest, List<Check> checks) {

    /** How a rule came out. */
    public enum Verdict {
        /** It holds. */
        PASSED,
        /** It does not; the module is not taken. */
        FAILED,
        /** It could not be looked at; the sentence says why. */
        SKIPPED
    }

    /**
     * One rule.
     *
     * @param rule its name, such as {@code memory} or {@code signature}
     * @param verdict how it came out
     * @param sentence what was seen, with the figure
     */
    public record Check(String rule, Verdict verdict, String sentence) {}

    public ModuleReport {
        checks = List.copyOf(checks);
    }

    /** {@return whether it can be installed: nothing failed} */
    public boolean passed() {
        return checks.stream().noneMatch(check -> check.verdict() == Verdict.FAILED);
    }
}
