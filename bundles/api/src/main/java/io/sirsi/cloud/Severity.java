package io.sirsi.cloud;

/** How much a finding matters. */
public enum Severity {
    /** Good to know. */
    INFO,
    /** Should be changed some day. */
    LOW,
    /** Should be changed soon. */
    MEDIUM,
    /** Should be changed now. */
    HIGH,
    /** An open door, or about to fail. */
    CRITICAL
}
