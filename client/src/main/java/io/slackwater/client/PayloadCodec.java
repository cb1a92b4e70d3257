package io.slackwater.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.lettuce.core.codec.RedisCodec;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;

/** Names are UTF-8, payloads are left as they are. */
final class PayloadCodec implements RedisCodec<String, byte[]> {
    /** Of every name. */
    static final Charset CHARSET = UTF_8;

    static final PayloadCodec INSTANCE = new PayloadCodec();

    @Override
    public String decodeKey(ByteBuffer bytes) {
        return new String(decodeValue(bytes), UTF_8);
    }

    @Override
    public byte[] decodeValue(ByteBuffer bytes) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        return copy;
    }

    @Override
    public ByteBuffer encodeKey(String key) {
        return ByteBuffer.wrap(key.getBytes(UTF_8));
    }

    @Override
    public ByteBuffer encodeValue(byte[] value) {
        return ByteBuffer.wrap(value);
    }
}
