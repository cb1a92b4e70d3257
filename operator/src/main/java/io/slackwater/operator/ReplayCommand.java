package io.slackwater.operator;

import io.slackwater.operator.prometheus.PrometheusRange;
import io.slackwater.operator.scaling.Behavior;
import io.slackwater.operator.scaling.HpaAlgorithm;
import io.slackwater.operator.scaling.Prices;
import io.slackwater.operator.scaling.ScalingSettings;
import io.slackwater.operator.scaling.TierKind;
import io.slackwater.operator.scaling.replay.GeneratedWeek;
import io.slackwater.operator.scaling.replay.Model;
import io.slackwater.operator.scaling.replay.Recording;
import io.slackwater.operator.scaling.replay.Replay;
import io.slackwater.operator.scaling.replay.ReplayPlot;
import io.slackwater.operator.scaling.replay.ReplayTable;
import io.slackwater.operator.windows.CronWindow;
import io.slackwater.operator.windows.Durations;
import io.slackwater.operator.windows.Windows;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Shows what autoscaling would do with traffic of the past, beside HPA and an oracle. Talks to nobody. */
@Command(
        name = "replay",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "Replays traffic against the autoscaling decision, beside Kubernetes' HPA and an oracle that knows the"
                        + " future, and prints nodes, moved slots, minutes of overload and node-hours of each. No cluster is needed.")
final class ReplayCommand implements Callable<Integer> {
    private static final long LARGEST_FILE = 64L << 20;
    private static final double USUAL_UTILIZATION = 0.6;
    private static final DateTimeFormatter MINUTE = DateTimeFormatter.ofPattern("EEE yyyy-MM-dd HH:mm", Locale.ENGLISH);

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    CommandSpec spec;

    @Option(
            names = "--range",
            paramLabel = "FILE",
            description = "The answer of Prometheus to /api/v1/query_range, saved as it is: one series, the load of the"
                    + " whole tier. Without it a generated week is taken")
    @Nullable
    Path range;

    @Option(names = "--seed", defaultValue = "1", description = "Of the generated week (${DEFAULT-VALUE})")
    long seed;

    @Option(
            names = "--history",
            defaultValue = "",
            description =
                    "How much of the range's begin is learnt from and not counted, such as 14d; by default all but the"
                            + " last 7 days, or nothing of a shorter one")
    String history = "";

    @Option(names = "--target", description = "Load that one node is to have (6000 in the generated week)")
    double target;

    @Option(
            names = "--capacity",
            description =
                    "Most load that one node can do; above it counts as overload (by default the target is 60 %% of it)")
    double capacity;

    @Option(names = "--min", defaultValue = "3", description = "minReplicas (${DEFAULT-VALUE})")
    int min;

    @Option(names = "--max", defaultValue = "30", description = "maxReplicas (${DEFAULT-VALUE})")
    int max;

    @Option(names = "--headroom", defaultValue = "20", description = "headroomPercent (${DEFAULT-VALUE})")
    int headroom;

    @Option(
            names = "--window",
            paramLabel = "CRON",
            description = "When planned moves may begin, as in spec.migration.windows")
    @Nullable
    String window;

    @Option(
            names = "--window-duration",
            defaultValue = "2h",
            description = "How long the window is open (${DEFAULT-VALUE})")
    String windowDuration = "2h";

    @Option(
            names = "--time-zone",
            description = "Of the window, and whose days are compared (Asia/Seoul in the generated week, else UTC)")
    @Nullable
    String timeZone;

    @Option(
            names = "--pod-start",
            defaultValue = "1m",
            description = "Until a new node can own slots (${DEFAULT-VALUE})")
    String podStart = "1m";

    @Option(names = "--slots-per-second", defaultValue = "100", description = "How fast slots move (${DEFAULT-VALUE})")
    int slotsPerSecond;

    @Option(
            names = "--skew",
            defaultValue = "110",
            description = "The busiest node's load over its share of the slots, in percent (${DEFAULT-VALUE})")
    int skew;

    @Option(names = "--svg", paramLabel = "FILE", description = "Where to draw it")
    @Nullable
    Path svg;

    @Option(names = "--decisions", description = "Print every change of the size with its reason")
    boolean decisions;

    @Override
    public Integer call() throws IOException {
        Stretch stretch = stretch();
        Model model = model(stretch);
        Replay replay = Replay.of(stretch.traffic, stretch.begin, model);
        PrintWriter out = spec.commandLine().getOut();
        out.println(stretch.what);
        if (decisions) {
            replay.decisions()
                    .forEach(said -> out.println(MINUTE.format(said.at().atZone(stretch.zone)) + "  " + said.reason()));
        }
        out.println();
        out.print(ReplayTable.of(replay));
        if (svg != null) {
            Files.writeString(svg, ReplayPlot.of(replay, model));
            out.println("drawn to " + svg);
        }
        out.flush();
        return 0;
    }

    private record Stretch(Recording traffic, Instant begin, ZoneId zone, String what) {}

    private Stretch stretch() {
        if (range == null) {
            GeneratedWeek week = GeneratedWeek.of(seed);
            ZoneId zone = zone(GeneratedWeek.ZONE);
            return new Stretch(
                    week.traffic(),
                    week.begin(),
                    zone,
                    "generated week of seed " + seed + ": a spike at "
                            + MINUTE.format(week.spike().atZone(zone))
                            + ", no metric from " + MINUTE.format(week.outage().atZone(zone)) + ", traffic doubles at "
                            + MINUTE.format(week.doubling().atZone(zone)));
        }
        if (target <= 0) {
            throw usage("--target is missing: write the load that one node is to have, in the unit of the range");
        }
        Recording traffic = read(range);
        Duration all = Duration.between(traffic.from(), traffic.end());
        Duration week = Duration.ofDays(7);
        Duration learn = history.isEmpty()
                ? all.compareTo(week) > 0 ? all.minus(week) : Duration.ZERO
                : duration("--history", history);
        if (learn.compareTo(all) >= 0) {
            throw usage("--history " + history + " leaves nothing of a range of " + Durations.text(all));
        }
        return new Stretch(
                traffic,
                traffic.from().plus(learn),
                zone(ZoneId.of("UTC")),
                range + ": " + Durations.text(all) + ", of which " + Durations.text(learn)
                        + " are learnt from and not counted");
    }

    private Recording read(Path file) {
        try {
            if (Files.size(file) > LARGEST_FILE) {
                throw usage(file + " is larger than 64 MiB: take a longer step or a shorter range");
            }
            return PrometheusRange.read(Files.readAllBytes(file));
        } catch (IOException e) {
            throw usage("cannot read " + file + ": " + e);
        } catch (IllegalArgumentException e) {
            throw usage(file + ": " + e.getMessage());
        }
    }

    private Model model(Stretch stretch) {
        double each = target > 0 ? target : 6_000;
        Windows windows = Windows.NONE;
        try {
            if (window != null) {
                Duration open = duration("--window-duration", windowDuration);
                windows = new Windows(List.of(new CronWindow(window, open, stretch.zone)), null, stretch.zone);
            }
            Duration start = duration("--pod-start", podStart);
            ScalingSettings settings = new ScalingSettings(
                    min,
                    max,
                    headroom,
                    HpaAlgorithm.TOLERANCE,
                    Behavior.DEFAULT,
                    Prices.DEFAULT,
                    TierKind.NODES.lead(),
                    stretch.zone,
                    false);
            return new Model(
                    settings,
                    each,
                    capacity > 0 ? capacity : each / USUAL_UTILIZATION,
                    skew,
                    Model.USUAL_OVERLOAD,
                    start,
                    slotsPerSecond,
                    windows);
        } catch (IllegalArgumentException e) {
            throw usage(String.valueOf(e.getMessage()));
        }
    }

    private ZoneId zone(ZoneId otherwise) {
        try {
            return timeZone == null ? otherwise : ZoneId.of(timeZone);
        } catch (DateTimeException e) {
            throw usage("there is no time zone \"" + timeZone + "\": write one such as Asia/Seoul or UTC");
        }
    }

    private Duration duration(String option, String text) {
        try {
            return Durations.parse(text);
        } catch (IllegalArgumentException e) {
            throw usage(option + ": " + e.getMessage());
        }
    }

    private ParameterException usage(String sentence) {
        return new ParameterException(spec.commandLine(), sentence);
    }
}
