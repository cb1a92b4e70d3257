package io.slackwater.bench;

import java.util.List;

/** One question with its peers. A run measures all subjects one after the other, so that a ratio compares neighbours in time. */
interface Scenario {
    /** As on the command line, and the mark in the documentation. */
    String name();

    /**
     * Measures once.
     *
     * @param smoke tiny sizes: whether it works, not how fast it is
     * @return the same subjects and figures in each run; ratios are subjects too
     */
    List<Row> run(boolean smoke) throws Exception;
}
