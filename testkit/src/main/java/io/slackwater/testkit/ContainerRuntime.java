package io.slackwater.testkit;

import java.util.Optional;

/** Decides which local process stands in for a container. Called on several threads. */
@FunctionalInterface
public interface ContainerRuntime {
    /** The process for this container, or empty when this runtime does not know the image. */
    Optional<ContainerCommand> command(ContainerContext container);

    /** This runtime for the images it knows, the other for the rest. */
    default ContainerRuntime or(ContainerRuntime other) {
        return container -> command(container).or(() -> other.command(container));
    }

    /** Runs the container's own command, found on this machine; for images whose program is installed here. */
    static ContainerRuntime local() {
        return container -> container.words().isEmpty()
                ? Optional.empty()
                : Optional.of(new ContainerCommand(container.words(), container.env()));
    }
}
