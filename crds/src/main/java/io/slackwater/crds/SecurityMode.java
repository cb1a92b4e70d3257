package io.slackwater.crds;

/** Where what is secret comes from. */
public enum SecurityMode {
    /** The operator makes it and renews it. */
    Managed,
    /** Somebody else does, and keeps it in a Secret. */
    Secret,
    /** There is none. */
    Disabled
}
