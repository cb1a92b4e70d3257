package io.slackwater.helm;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The table of values in {@code docs/install.md}, made from {@code values.yaml} and the comments in it that begin with {@code --}. */
final class ValuesTable {
    private static final String BEGIN = "<!-- values: generated from helm/slackwater/values.yaml -->\n";
    private static final String END = "<!-- end of values -->\n";
    private static final Pattern COMMENT = Pattern.compile("^ *# -- (.*)$");
    private static final Pattern ENTRY = Pattern.compile("^( *)([A-Za-z]+):(?: (.*))?$");

    private ValuesTable() {}

    /**
     * One value that can be set.
     *
     * @param fallback as written in {@code values.yaml}
     */
    record Value(String path, String fallback, String description) {}

    /** The page with the table as it should be. */
    static String in(String page) throws IOException {
        int from = page.indexOf(BEGIN);
        int to = page.indexOf(END);
        if (from < 0 || to < from) {
            throw new IllegalStateException("docs/install.md has no place for the values: " + BEGIN + END);
        }
        StringBuilder table = new StringBuilder("| value | default | |\n| --- | --- | --- |\n");
        for (Value value : values()) {
            table.append("| `")
                    .append(value.path())
                    .append("` | `")
                    .append(value.fallback())
                    .append("` | ")
                    .append(value.description())
                    .append(" |\n");
        }
        return page.substring(0, from + BEGIN.length()) + table + page.substring(to);
    }

    /** In the order of the file. */
    static List<Value> values() throws IOException {
        List<Value> values = new ArrayList<>();
        List<String> path = new ArrayList<>();
        String description = "";
        List<String> lines = Files.readAllLines(Chart.FOLDER.resolve("values.yaml"));
        for (int i = 0; i < lines.size(); i++) {
            Matcher comment = COMMENT.matcher(lines.get(i));
            Matcher entry = ENTRY.matcher(lines.get(i));
            if (comment.matches()) {
                description = comment.group(1);
            } else if (entry.matches()) {
                int depth = entry.group(1).length() / 2;
                path.subList(Math.min(depth, path.size()), path.size()).clear();
                path.add(entry.group(2));
                if (!description.isEmpty()) {
                    String fallback = entry.group(3);
                    values.add(new Value(
                            String.join(".", path), fallback == null ? block(lines, i, depth) : fallback, description));
                }
                description = "";
            }
        }
        return values;
    }

    /** A map of several lines, on one. */
    private static String block(List<String> lines, int at, int depth) {
        List<String> parts = new ArrayList<>();
        for (int i = at + 1; i < lines.size() && lines.get(i).startsWith("  ".repeat(depth + 1)); i++) {
            parts.add(lines.get(i).strip());
        }
        return "{" + String.join(", ", parts) + "}";
    }
}
