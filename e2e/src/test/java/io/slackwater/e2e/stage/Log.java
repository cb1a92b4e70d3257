package io.slackwater.e2e.stage;

/** What a scenario says while it runs. */
public final class Log {
    private Log() {}

    /** One line, with the name of the scenario before it: others may run at the same time. */
    public static void line(String text) {
        System.out.println(Thread.currentThread().getName() + ": " + text);
    }
}
