package io.sirsi.launcher;

import java.io.FileDescriptor;
import java.io.FileOutputStream;

/**
 * Standard output or error, unbuffered, that a channel may close: more is said after one command,
 * and closing the stream would close it for the whole process.
 */
final class StandardStream extends FileOutputStream {

    StandardStream(FileDescriptor descriptor) {
        super(descriptor);
    }

    @Override
    public void close() {
        // belongs to the process
    }
}
