package io.slackwater.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps what it is given. */
final class Inbox implements MessageListener {
    private record Message(String channel, byte[] payload) {}

    private final List<Message> messages = new CopyOnWriteArrayList<>();
    private final List<Message> patternMessages = new CopyOnWriteArrayList<>();

    @Override
    public void onMessage(String channel, byte[] payload) {
        messages.add(new Message(channel, payload));
    }

    @Override
    public void onPatternMessage(String pattern, String channel, byte[] payload) {
        patternMessages.add(new Message(channel, payload));
    }

    @Override
    public void onMark(String channel, Mark mark) {
        messages.add(new Message(channel, ("mark " + mark.number()).getBytes(UTF_8)));
    }

    int size() {
        return messages.size();
    }

    int patternSize() {
        return patternMessages.size();
    }

    List<String> patternChannels() {
        return patternMessages.stream().map(Message::channel).toList();
    }

    List<byte[]> payloads() {
        return messages.stream().map(Message::payload).toList();
    }

    List<String> of(String channel) {
        return messages.stream()
                .filter(message -> message.channel().equals(channel))
                .map(message -> new String(message.payload(), UTF_8))
                .toList();
    }
}
