package io.sirsi.bench.harness;

/** A contender that makes records durable, a batch at a time. */
public interface AppendContender extends Contender {

    /**
     * Writes a batch and returns when all of it is on the disk.
     *
     * @param record the bytes of each of its records
     * @param batch how many
     * @throws Exception where that fails
     */
    void commit(byte[] record, int batch) throws Exception;
}
