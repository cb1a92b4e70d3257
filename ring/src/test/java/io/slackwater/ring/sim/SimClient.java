package io.slackwater.ring.sim;

/** The process at the client's end of a connection. */
interface SimClient {
    String name();

    /** Something has arrived: does it now, or when the process runs again. */
    void arrived(Runnable what);

    /** The connection has ended without the client asking for it. */
    void ended(SimConnection connection);
}
