package io.slackwater.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What {@code bench/run} starts. */
@Command(
        name = "bench/run",
        mixinStandardHelpOptions = true,
        description = {
            "Measures Slackwater beside its peers, prints a table, and keeps JSON in bench/results.",
            "NAME is one of lookup, move, batch, publish, subscribe-million, failover, rebalance, drain, or all."
        })
final class Bench implements Callable<Integer> {
    private static final List<Scenario> SCENARIOS = List.of(
            new LookupScenario(),
            new MoveScenario(),
            new BatchScenario(),
            new PublishScenario(),
            new MillionScenario(),
            new FailoverScenario(),
            new RebalanceScenario(),
            new DrainScenario());

    @Parameters(paramLabel = "NAME", arity = "1..*", description = "what to measure")
    private List<String> names = List.of();

    @Option(names = "--smoke", description = "tiny sizes, one run: shows that it works, not how fast it is")
    private boolean smoke;

    @Option(names = "--runs", description = "how often (default: ${DEFAULT-VALUE})", defaultValue = "3")
    private int runs;

    @Option(names = "--out", description = "folder for the JSON; without it, or with --smoke, nothing is written")
    private @Nullable Path out;

    @Option(names = "--page", description = "Markdown page whose marked tables are replaced; without it none is")
    private @Nullable Path page;

    @Override
    public Integer call() throws Exception {
        for (Scenario scenario : chosen()) {
            Results results = new Results(scenario.name(), smoke);
            for (int run = 1; run <= (smoke ? 1 : runs); run++) {
                System.err.println(scenario.name() + ": run " + run);
                results.add(scenario.run(smoke));
                if (out != null && !smoke) {
                    results.write(out); // after each run: a long benchmark that is ended keeps what it has
                }
            }
            System.out.println("## " + scenario.name() + "\n\n" + results.table());
            if (page != null && !smoke) {
                results.into(page);
            }
        }
        return 0;
    }

    private List<Scenario> chosen() {
        List<Scenario> chosen = new ArrayList<>();
        for (String name : names) {
            List<Scenario> found = SCENARIOS.stream()
                    .filter(scenario -> name.equals("all") || scenario.name().equals(name))
                    .toList();
            if (found.isEmpty()) {
                throw new CommandLine.ParameterException(
                        new CommandLine(this),
                        "no benchmark is called \"" + name + "\": there are all, "
                                + String.join(
                                        ", ",
                                        SCENARIOS.stream().map(Scenario::name).toList()));
            }
            chosen.addAll(found);
        }
        return chosen;
    }

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Bench()).execute(arguments));
    }
}
