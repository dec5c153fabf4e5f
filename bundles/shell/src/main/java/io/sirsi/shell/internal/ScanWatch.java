package io.sirsi.shell.internal;

import io.sirsi.cloud.ScanId;
import io.sirsi.cloud.ScanProgress;
import io.sirsi.cloud.ScanState;
import io.sirsi.hypervisor.Hypervisor;
import java.io.PrintStream;
import java.time.Duration;

/** Follows a scan to its end; calls it off when nobody is there to see it any more. */
public final class ScanWatch {

    private static final Duration POLL = Duration.ofMillis(200);

    private final Hypervisor hypervisor;
    private final PrintStream out;
    private final Sleeper sleeper;

    /**
     * Follows scans.
     *
     * @param hypervisor whom to ask
     * @param out where the person is; when writing fails, nobody is there
     * @param sleeper how to wait
     */
    public ScanWatch(Hypervisor hypervisor, PrintStream out, Sleeper sleeper) {
        this.hypervisor = hypervisor;
        this.out = out;
        this.sleeper = sleeper;
    }

    /**
     * Waits for the end of a scan; its own timeout ends the wait.
     *
     * @param scan the scan
     * @param display shows how far it is
     * @throws InterruptedException if interrupted; the scan is called off
     */
    public void follow(ScanId scan, ProgressDisplay display) throws InterruptedException {
        try {
            ScanProgress progress = hypervisor.scanProgress(scan);
            while (progress.scan().state() == ScanState.RUNNING) {
                display.show(progress);
                if (out.checkError()) {
                    hypervisor.cancelScan(scan);
                    throw new InterruptedException("nobody is there to see the scan");
                }
                sleeper.sleep(POLL);
                progress = hypervisor.scanProgress(scan);
            }
            display.show(progress);
            display.finish();
        } catch (InterruptedException interrupted) {
            hypervisor.cancelScan(scan);
            throw interrupted;
        }
    }
}
