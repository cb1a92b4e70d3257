package io.slackwater.operator.coordination;

/**
 * What runs inside a node, in one piece. Sent in full each time (EVAL): falling back from EVALSHA would carry a script out after
 * commands that were sent behind it, and the protocol lives by their order.
 */
final class NodeScripts {
    /**
     * KEYS[1] ring; ARGV[1] the encoded ring. Stores it unless a ring of a higher epoch is there; what is no ring counts as older. Returns the eight
     * bytes of the epoch that is stored afterwards. Epochs are compared byte by byte: Lua's numbers hold 53 bits, and its
     * comparison of strings follows the server's locale.
     */
    static final String WRITE_RING = """
            local function newer(a, b)
              for i = 7, 14 do
                local x, y = string.byte(a, i), string.byte(b, i)
                if x ~= y then return x > y end
              end
              return false
            end
            local stored = redis.call('GET', KEYS[1])
            if stored and #stored >= 30 and string.sub(stored, 1, 4) == 'SWRG' and newer(stored, ARGV[1]) then
              return string.sub(stored, 7, 14)
            end
            redis.call('SET', KEYS[1], ARGV[1])
            return string.sub(ARGV[1], 7, 14)
            """;

    /**
     * KEYS: books, books of the handover, members; ARGV[1] slots, each as SLOT:EPOCH, separated by commas; ARGV[2] seconds that the
     * books of the handover are kept. Moves the books of these slots to the handover's, summed by member; those that were left under a
     * ring older than EPOCH, the beginning of the slot's term, are thrown away. (Lua compares epochs up to 2^53 exactly: a
     * thousand a second for 285,000 years.) Doing it again moves what has come since
     * and returns the whole. Returns the members, then the handover's fields and values. Takes time in proportion to all
     * books that were left on the node.
     */
    static final String READ_BOOKS = """
            local since = {}
            for slot, epoch in string.gmatch(ARGV[1], '(%d+):(%d+)') do since[slot] = tonumber(epoch) end
            local sums = {}
            local function add(member, book)
              local sum = sums[member] or {0, 0, 0, 0}
              local i = 1
              for n in string.gmatch(book, '-?%d+') do
                if i <= 4 then sum[i] = sum[i] + tonumber(n) end
                i = i + 1
              end
              sums[member] = sum
            end
            local left = redis.call('HGETALL', KEYS[1])
            for i = 1, #left, 2 do
              local slot, member = string.match(left[i], '^(%d+):(.+)$')
              if slot and since[slot] then
                local epoch = string.match(left[i + 1], '^%-?%d+,%-?%d+,%-?%d+,%-?%d+,(%d+)$')
                if tonumber(epoch or 0) >= since[slot] then add(member, left[i + 1]) end
                redis.call('HDEL', KEYS[1], left[i])
              end
            end
            for member, sum in pairs(sums) do
              local before = redis.call('HGET', KEYS[2], member)
              if before then add(member, before) end
              redis.call('HSET', KEYS[2], member, string.format('%.0f,%.0f,%.0f,%.0f', unpack(sum)))
            end
            redis.call('EXPIRE', KEYS[2], ARGV[2])
            return {redis.call('SMEMBERS', KEYS[3]), redis.call('HGETALL', KEYS[2])}
            """;

    private NodeScripts() {}
}
