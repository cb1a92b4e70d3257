package io.slackwater.operator.windows;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/** Generated cron expressions. */
final class Expressions {
    private Expressions() {}

    static Arbitrary<String> any() {
        return Combinators.combine(
                        field(0, 59, List.of()),
                        field(0, 23, List.of()),
                        field(1, 28, List.of()),
                        field(1, 12, List.of("JAN", "jun", "DEC")),
                        weekday())
                .as((minute, hour, day, month, weekday) -> String.join(" ", minute, hour, day, month, weekday));
    }

    /** Without steps: cron-utils itself fails on those. */
    private static Arbitrary<String> weekday() {
        return Arbitraries.of(
                "*", "*", "*", "0", "7", "3", "1-5", "5-7", "0-2", "1,3,5", "0,6", "MON", "sun", "TUE-FRI");
    }

    private static Arbitrary<String> field(int min, int max, List<String> names) {
        Arbitrary<Integer> value = Arbitraries.integers().between(min, max);
        Arbitrary<String> single = value.map(String::valueOf);
        Arbitrary<String> range = Combinators.combine(value, value).as((a, b) -> Math.min(a, b) + "-" + Math.max(a, b));
        Arbitrary<Integer> step = Arbitraries.integers().between(1, Math.max(2, max / 2));
        Arbitrary<String> list = Combinators.combine(single, range, single).as((a, b, c) -> a + "," + b + "," + c);
        Arbitrary<String> named = names.isEmpty() ? single : Arbitraries.of(names);
        return Arbitraries.frequencyOf(
                Tuple.of(5, Arbitraries.just("*")),
                Tuple.of(4, single),
                Tuple.of(2, range),
                Tuple.of(2, list),
                Tuple.of(1, named),
                Tuple.of(1, step.map(n -> "*/" + n)),
                Tuple.of(1, Combinators.combine(range, step).as((r, n) -> r + "/" + n)));
    }
}
