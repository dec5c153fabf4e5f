package io.sirsi.cloud;

/** Where a scan is in its life; all but Running are final. */
public enum ScanState {
    /** Tasks are under way. */
    RUNNING,
    /** Everything that was wanted was seen. */
    COMPLETE,
    /** It ended, and there are gaps. */
    PARTIAL,
    /** It was called off. */
    CANCELLED,
    /** The node went down while it ran. */
    INTERRUPTED
}
