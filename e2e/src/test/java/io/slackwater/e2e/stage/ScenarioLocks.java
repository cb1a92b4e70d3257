package io.slackwater.e2e.stage;

import java.lang.reflect.Method;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLocksProvider;

/** Who may run at the same time: all but those who are {@link Alone}, and of those {@link ByAdapter} one. */
final class ScenarioLocks implements ResourceLocksProvider {
    @Override
    public Set<Lock> provideForMethod(List<Class<?>> enclosing, Class<?> scenarios, Method scenario) {
        Set<Lock> locks = new HashSet<>();
        locks.add(new Lock(
                "the operator and the machines",
                scenario.isAnnotationPresent(Alone.class) ? ResourceAccessMode.READ_WRITE : ResourceAccessMode.READ));
        if (scenario.isAnnotationPresent(ByAdapter.class)) {
            locks.add(new Lock("the adapter of metrics", ResourceAccessMode.READ_WRITE));
        }
        return locks;
    }
}
