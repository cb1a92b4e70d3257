package io.slackwater.testkit;

import java.util.HashSet;
import java.util.Set;

/** Hands out loopback addresses, one to a pod; a returned one is given again only after all others. Thread-safe. */
final class LoopbackRange {
    private final String prefix;
    private final int hosts;
    private final Set<String> taken = new HashSet<>();
    private int next;

    /** @param prefix two or three numbers, such as {@code 127.77} or {@code 127.77.3} */
    LoopbackRange(String prefix) {
        if (!prefix.matches("127(\\.\\d{1,3}){1,2}")) {
            throw new IllegalArgumentException(
                    "a range of pod addresses is like 127.77 or 127.77.3, within loopback; found " + prefix);
        }
        this.prefix = prefix;
        this.hosts = prefix.split("\\.", -1).length == 3 ? 254 : 254 * 254;
    }

    /** A range that differs from those of other JVMs on this machine, as far as process ids do. */
    static LoopbackRange ofThisProcess() {
        long pid = ProcessHandle.current().pid();
        return new LoopbackRange("127." + (16 + (pid / 254) % 238) + "." + (1 + pid % 254));
    }

    synchronized String take() {
        for (int i = 0; i < hosts; i++) {
            int host = next++ % hosts;
            String address =
                    hosts == 254 ? prefix + "." + (1 + host) : prefix + "." + (1 + host / 254) + "." + (1 + host % 254);
            if (taken.add(address)) {
                return address;
            }
        }
        throw new IllegalStateException("all " + hosts + " addresses of " + prefix + " belong to pods");
    }

    synchronized void giveBack(String address) {
        taken.remove(address);
    }
}
