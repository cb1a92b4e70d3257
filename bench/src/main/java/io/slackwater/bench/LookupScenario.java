package io.slackwater.bench;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** {@link LookupBenchmark} by JMH, one fork a run. */
final class LookupScenario implements Scenario {
    @Override
    public String name() {
        return "lookup";
    }

    @Override
    public List<Row> run(boolean smoke) throws Exception {
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include(LookupBenchmark.class.getSimpleName())
                .addProfiler(GCProfiler.class)
                .forks(smoke ? 0 : 1)
                .warmupIterations(smoke ? 1 : 3)
                .warmupTime(TimeValue.milliseconds(smoke ? 20 : 700))
                .measurementIterations(smoke ? 1 : 5)
                .measurementTime(TimeValue.milliseconds(smoke ? 20 : 700))
                .verbosity(VerboseMode.SILENT);
        if (smoke) {
            options.param("count", "1024");
        }
        Collection<RunResult> results = new Runner(options.build()).run();
        List<Row> rows = new ArrayList<>();
        for (RunResult ours : results) {
            if (!ours.getPrimaryResult().getLabel().equals("slackwater")) {
                continue;
            }
            double md5 = peer(results, ours, "treeMapMd5");
            double fast = peer(results, ours, "treeMapFastHash");
            double mine = ours.getPrimaryResult().getScore();
            rows.add(new Row(ours.getParams().getParam("count") + " names, "
                            + ours.getParams().getParam("names"))
                    .with("ours, ns", mine)
                    .with("TreeMap + MD5, ns", md5)
                    .with("TreeMap + fast hash, ns", fast)
                    .with("MD5 ÷ ours", md5 / mine)
                    .with("fast hash ÷ ours", fast / mine)
                    .with("ours, B allocated", Math.rint(allocated(ours))));
        }
        return rows;
    }

    private static double peer(Collection<RunResult> results, RunResult ours, String label) {
        return results.stream()
                .filter(result -> result.getPrimaryResult().getLabel().equals(label)
                        && result.getParams()
                                .getParam("count")
                                .equals(ours.getParams().getParam("count"))
                        && result.getParams()
                                .getParam("names")
                                .equals(ours.getParams().getParam("names")))
                .findAny()
                .orElseThrow()
                .getPrimaryResult()
                .getScore();
    }

    private static double allocated(RunResult result) {
        return result.getSecondaryResults().entrySet().stream()
                .filter(entry -> entry.getKey().contains("alloc.rate.norm"))
                .mapToDouble(entry -> entry.getValue().getScore())
                .findAny()
                .orElse(Double.NaN);
    }
}
