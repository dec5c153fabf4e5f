package io.sirsi.bench.harness;

/**
 * A contender that runs a graph of layers: each task but those of the first layer waits for the
 * task before it and for that one's neighbour.
 */
public interface GraphContender extends Contender {

    /**
     * Builds a graph, runs it, and waits for its end.
     *
     * @param width how many tasks a layer has
     * @param depth how many layers there are
     * @return how many tasks ran
     * @throws Exception where it fails
     */
    long run(int width, int depth) throws Exception;
}
