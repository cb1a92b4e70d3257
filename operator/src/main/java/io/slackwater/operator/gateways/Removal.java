package io.slackwater.operator.gateways;

/** A pod that is to be removed. */
public record Removal(ObservedGateway gateway, Reason reason) {
    /** Why. */
    public enum Reason {
        /** It says that it has no connection and takes none: to be asked once more before. */
        EMPTY("it has no connection and takes none"),
        /** Its time is up. */
        OVERDUE("the time-out of its drain is over"),
        /** It has no process. */
        LIFELESS("no process of it runs"),
        /** It has ended for good, and there are enough others to look at. */
        FAILED("it has ended");

        private final String words;

        Reason(String words) {
            this.words = words;
        }

        /** In a few words. */
        public String words() {
            return words;
        }
    }
}
