package io.slackwater.operator.windows;

import com.cronutils.model.Cron;
import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.field.CronField;
import com.cronutils.model.field.CronFieldName;
import com.cronutils.model.field.expression.Always;
import com.cronutils.model.field.expression.And;
import com.cronutils.model.field.expression.Between;
import com.cronutils.model.field.expression.Every;
import com.cronutils.model.field.expression.FieldExpression;
import com.cronutils.model.field.expression.On;
import com.cronutils.model.field.value.FieldValue;
import com.cronutils.model.field.value.IntegerFieldValue;
import com.cronutils.parser.CronParser;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.BitSet;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The moments on a wall clock at which a five-field cron expression fires. cron-utils reads and checks the expression; the walk from one
 * firing to the next is done here over the values that its fields allow. cron-utils 9.2.1 walks too, but fails on steps of weekdays
 * ({@code 1-5/2}), needs a fifth of a millisecond for a step, and more than a second to find out that there is none. Immutable.
 */
final class Firings {
    /** From one 29 February to the next it is eight years when the year between is 1900 or 2100: longer, and there is none. */
    private static final int FAR_DAYS = 9 * 366;

    private static final int MINUTES_OF_DAY = 24 * 60;

    private final BitSet minutesOfDay = new BitSet(MINUTES_OF_DAY);
    private final BitSet months;
    /** Null when every day is allowed by this field. */
    private final @Nullable BitSet daysOfMonth;
    /** 0 and 7 are Sunday; null when every day is allowed by this field. */
    private final @Nullable BitSet daysOfWeek;

    /**
     * Reads an expression.
     *
     * @param expression minute, hour, day of the month, month, day of the week; names such as {@code MON} and {@code JAN} will do. When both
     *     days are given, either of them is enough
     * @throws IllegalArgumentException it cannot be read; the message says what is wrong
     */
    Firings(String expression) {
        Cron cron = parse(expression);
        BitSet minutes = values(cron, CronFieldName.MINUTE, 0, 59);
        BitSet hours = values(cron, CronFieldName.HOUR, 0, 23);
        for (int minute = 0; minute < MINUTES_OF_DAY; minute++) {
            minutesOfDay.set(minute, hours.get(minute / 60) && minutes.get(minute % 60));
        }
        months = values(cron, CronFieldName.MONTH, 1, 12);
        daysOfMonth = any(cron, CronFieldName.DAY_OF_MONTH) ? null : values(cron, CronFieldName.DAY_OF_MONTH, 1, 31);
        daysOfWeek = any(cron, CronFieldName.DAY_OF_WEEK) ? null : values(cron, CronFieldName.DAY_OF_WEEK, 0, 7);
    }

    /** The last one that is not after this time; empty when there is none in the nine years before. */
    Optional<LocalDateTime> atOrBefore(LocalDateTime time) {
        LocalDate today = time.toLocalDate();
        int from = time.getHour() * 60 + time.getMinute();
        for (int back = 0; back <= FAR_DAYS; back++) {
            LocalDate day = today.minusDays(back);
            int minute = matches(day) ? minutesOfDay.previousSetBit(back == 0 ? from : MINUTES_OF_DAY - 1) : -1;
            if (minute >= 0) {
                return Optional.of(day.atTime(minute / 60, minute % 60));
            }
        }
        return Optional.empty();
    }

    /** The first one that is after this time; empty when there is none in the nine years to come. */
    Optional<LocalDateTime> after(LocalDateTime time) {
        LocalDate today = time.toLocalDate();
        int from = time.getHour() * 60 + time.getMinute() + 1;
        for (int ahead = 0; ahead <= FAR_DAYS; ahead++) {
            LocalDate day = today.plusDays(ahead);
            int minute = matches(day) ? minutesOfDay.nextSetBit(ahead == 0 ? from : 0) : -1;
            if (minute >= 0) {
                return Optional.of(day.atTime(minute / 60, minute % 60));
            }
        }
        return Optional.empty();
    }

    private boolean matches(LocalDate day) {
        if (!months.get(day.getMonthValue())) {
            return false;
        }
        boolean ofMonth = daysOfMonth == null || daysOfMonth.get(day.getDayOfMonth());
        int weekday = day.getDayOfWeek().getValue();
        boolean ofWeek = daysOfWeek == null || daysOfWeek.get(weekday) || (weekday == 7 && daysOfWeek.get(0));
        return daysOfMonth == null || daysOfWeek == null ? (ofMonth && ofWeek) : (ofMonth || ofWeek);
    }

    private static boolean any(Cron cron, CronFieldName name) {
        return expression(cron, name) instanceof Always;
    }

    private static BitSet values(Cron cron, CronFieldName name, int first, int last) {
        BitSet values = new BitSet(last + 1);
        add(expression(cron, name), 1, first, last, values);
        return values;
    }

    /** Adds every {@code step}th value that a part of a field allows. */
    private static void add(FieldExpression part, int step, int first, int last, BitSet into) {
        switch (part) {
            case Always all -> range(first, last, step, into);
            case Between between -> range(number(between.getFrom()), number(between.getTo()), step, into);
            case On on -> range(number(on.getTime()), step == 1 ? number(on.getTime()) : last, step, into);
            case Every every -> add(every.getExpression(), number(every.getPeriod()), first, last, into);
            case And list -> list.getExpressions().forEach(element -> add(element, 1, first, last, into));
            default -> throw new IllegalArgumentException("\"" + part.asString() + "\" has no meaning here");
        }
    }

    private static void range(int from, int to, int step, BitSet into) {
        for (int value = from; value <= to; value += step) {
            into.set(value);
        }
    }

    private static int number(FieldValue<?> value) {
        return ((IntegerFieldValue) value).getValue();
    }

    private static FieldExpression expression(Cron cron, CronFieldName name) {
        CronField field = cron.retrieveFieldsAsMap().get(name);
        if (field == null) {
            throw new IllegalStateException("a cron expression of five fields has no field " + name);
        }
        return field.getExpression();
    }

    private static Cron parse(String expression) {
        try {
            return new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX)).parse(expression);
        } catch (IllegalArgumentException unreadable) {
            Throwable cause = unreadable.getCause() == null ? unreadable : unreadable.getCause();
            String message = cause.getMessage() == null ? "it cannot be read" : cause.getMessage();
            throw new IllegalArgumentException(
                    "\"" + expression + "\" is not a cron expression: " + plain(message)
                            + "; write minute, hour, day of the month, month and day of the week, such as \"0 3 * * *\"",
                    unreadable);
        }
    }

    /** What a sentence can take in its middle. */
    private static String plain(String message) {
        String trimmed = message.strip().replaceFirst("[.!]+$", "");
        return trimmed.replaceFirst(
                "^Cron expression contains (\\d+) parts but we expect one of \\[5]$", "it has $1 fields, not 5");
    }
}
