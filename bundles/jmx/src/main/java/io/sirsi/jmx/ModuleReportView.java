package io.sirsi.jmx;

import java.util.List;
import javax.management.ConstructorParameters;

/** What came out when a module of WebAssembly was checked. */
public final class ModuleReportView {

    private final boolean passed;
    private final String digest;
    private final long bytes;
    private final String type;
    private final String version;
    private final List<ModuleCheckView> checks;

    /**
     * Makes a value; a client's proxy does, too.
     *
     * @param passed whether it can be installed
     * @param digest the SHA-256 of its file, 64 hexadecimal digits
     * @param bytes how large it is, in bytes
     * @param type its agent type, or empty if that could not be read
     * @param version its version, or empty if that could not be read
     * @param checks the rules, in the order in which they were looked at
     */
    @ConstructorParameters({"passed", "digest", "bytes", "type", "version", "checks"})
    public ModuleReportView(
            boolean passed,
            String digest,
            long bytes,
            String type,
            String version,
            List<ModuleCheckView> checks) {
        this.passed = passed;
        this.digest = digest;
        this.bytes = bytes;
        this.type = type;
        this.version = version;
        this.checks = List.copyOf(checks);
    }

    /** {@return whether it can be installed} */
    public boolean isPassed() {
        return passed;
    }

    /** {@return the SHA-256 of its file, 64 hexadecimal digits} */
    public String getDigest() {
        return digest;
    }

    /** {@return how large it is, in bytes} */
    public long getBytes() {
        return bytes;
    }

    /** {@return its agent type, or empty if that could not be read} */
    public String getType() {
        return type;
    }

    /** {@return its version, or empty if that could not be read} */
    public String getVersion() {
        return version;
    }

    /** {@return the rules, in the order in which they were looked at} */
    public List<ModuleCheckView> getChecks() {
        return checks;
    }
}
