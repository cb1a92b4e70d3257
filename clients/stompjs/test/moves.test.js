// Whole clients with the real stompjs on WebSockets of the model, in virtual time, from seeds. SEEDS=n runs more of them.
import assert from 'node:assert/strict';
import test from 'node:test';
import { SlackwaterClient, Splice } from '../src/index.js';
import { judge } from './history.js';
import { Gateway, lots, Tier, Time } from './model.js';

const SEEDS = Number(process.env.SEEDS ?? 20);
const DELAYS = { network: 40, tier: 25 };
const CHANNELS = ['/topic/a', '/topic/b', '/topic/c', '/topic/d', '/topic/e'];
const KEY = 'key-of-the-client';

/** A tier with gateways that come and go, one client, and a publisher that never stops. */
class Stage {
  time = new Time();
  gateways = [];
  received = new Map();
  gaps = new Map();
  moved = 0;
  connects = 0;
  chosen = new Map();

  constructor(seed, { losesMarks = 0, features, options = {} } = {}) {
    this.random = lots(seed);
    this.tier = new Tier(this.time);
    this.gatewayOptions = { delays: DELAYS, losesMarks, ...(features === undefined ? {} : { features }) };
    this.add();
    this.add();
    this.client = new SlackwaterClient({
      webSocketFactory: () => this.#balance().socket(),
      stomp: { heartbeatIncoming: 0, heartbeatOutgoing: 0 },
      reconnectDelay: 200,
      maxReconnectDelay: 2_000,
      markTimeout: 400,
      parallel: 2,
      world: this.time.world(this.random, KEY),
      onConnect: () => this.connects++,
      onMoved: () => this.moved++,
      onPossibleGap: ({ destination, millis }) => this.gaps.get(destination).push({ at: this.time.now, millis }),
      onCallbackError: (error) => {
        throw error;
      },
      ...options,
    });
    for (const channel of CHANNELS) this.listen(channel);
  }

  listen(channel) {
    this.received.set(channel, []);
    this.gaps.set(channel, []);
    return this.client.subscribe(channel, (message) => this.received.get(channel).push(message.body));
  }

  add() {
    const { time, tier, random, gatewayOptions } = this;
    this.gateways.push(new Gateway(`ws://gateway-${this.gateways.length}`, tier, time, random, gatewayOptions));
    return this.gateways.at(-1);
  }

  /** What a load balancer does: one of those that serve; now and then one that does not, when it has not heard yet. */
  #balance() {
    const serving = this.gateways.filter((gateway) => !gateway.isDraining && !gateway.isBroken);
    const from = this.random() < 0.15 || serving.length === 0 ? this.gateways : serving;
    return from[Math.floor(this.random() * from.length)];
  }

  /** The gateways that have a connection of the client, the one it came from first. */
  held() {
    return this.gateways.filter((gateway) => gateway.connections.size > 0);
  }

  publishUntil(end) {
    let n = 0;
    const next = () => {
      if (this.time.now >= end) return;
      this.tier.publish(CHANNELS[Math.floor(this.random() * CHANNELS.length)], String(++n));
      this.time.after(this.random() * 20, next);
    };
    this.time.at(1_000, next);
    // The last ones are seen by everybody who is subscribed at the end.
    this.time.at(end + 2_000, () => CHANNELS.forEach((channel) => this.tier.publish(channel, `last of ${channel}`)));
  }

  judged() {
    const total = { lost: 0, explained: 0, duplicated: 0, reordered: 0, gaps: 0 };
    const slack = 4 * (DELAYS.network + DELAYS.tier);
    for (const channel of CHANNELS) {
      const gaps = this.gaps.get(channel);
      const result = judge(this.tier.published.get(channel), this.received.get(channel), gaps, slack);
      for (const name of Object.keys(result)) total[name] += result[name];
      total.gaps += gaps.length;
      assert.equal(this.received.get(channel).at(-1), `last of ${channel}`, 'nothing comes any more');
    }
    return total;
  }
}

const clean = { lost: 0, explained: 0, duplicated: 0, reordered: 0, gaps: 0 };

/** Five drains one after the other, the next one sometimes in the middle of a move. */
async function drains(seed, settings) {
  const stage = new Stage(seed, settings);
  stage.publishUntil(14_000);
  stage.client.activate();
  for (let i = 0; i < 5; i++) {
    const second = i === 2;
    stage.time.at(1_500 + i * 2_400, () => {
      const [gateway] = stage.held();
      stage.add();
      gateway?.drain({ afterMillis: Math.floor(stage.random() * 100), withinMillis: 20_000 });
      if (second) {
        // The one it goes to is drained, too, while it goes.
        stage.time.after(100 + stage.random() * 300, () => {
          stage.add();
          for (const other of stage.held()) if (!other.isDraining) other.drain({ withinMillis: 20_000 });
        });
      }
    });
  }
  await stage.time.runUntil(20_000);
  return stage;
}

test('drains lose, repeat and reorder nothing, also when the second gateway is drained meanwhile', async () => {
  let moved = 0;
  for (let seed = 1; seed <= SEEDS; seed++) {
    const stage = await drains(seed);
    assert.deepEqual(stage.judged(), clean, `seed ${seed}`);
    assert.equal(stage.connects, 1, `seed ${seed}: never disconnected`);
    assert.equal(stage.held().length, 1, `seed ${seed}: one connection is left`);
    assert.ok(!stage.held()[0].isDraining, `seed ${seed}: it is on one that stays`);
    moved += stage.moved;
  }
  assert.ok(moved >= SEEDS * 5, `${moved} moves`);
});

test('marks that get lost are set again', async () => {
  for (let seed = 1; seed <= SEEDS; seed++) {
    const stage = await drains(seed, { losesMarks: 0.3 });
    assert.deepEqual(stage.judged(), clean, `seed ${seed}`);
  }
});

/** Drains, and at a random moment around each of them a connection is cut or a gateway dies. */
async function losses(seed, which) {
  const stage = new Stage(seed);
  stage.publishUntil(14_000);
  stage.client.activate();
  for (let i = 0; i < 4; i++) {
    const begin = 1_500 + i * 3_000;
    stage.time.at(begin, () => {
      const old = stage.held()[0];
      stage.add();
      stage.add();
      old?.drain({ withinMillis: stage.random() < 0.2 ? 150 : 20_000 });
      stage.time.after(stage.random() * 700, () => {
        const second = stage.held().find((gateway) => gateway !== old);
        const victim = which === 'old' ? old : which === 'new' ? second : stage.random() < 0.5 ? old : second;
        if (stage.random() < 0.5) for (const connection of [...(victim?.connections ?? [])]) connection.cut();
        else victim?.die();
      });
    });
  }
  await stage.time.runUntil(22_000);
  return stage;
}

for (const which of ['old', 'new', 'either']) {
  test(`the ${which} connection is lost at any step: what is missing was said, nothing comes twice or out of order`, async () => {
    let explained = 0;
    for (let seed = 1; seed <= SEEDS; seed++) {
      const result = (await losses(seed, which)).judged();
      assert.deepEqual(
        { lost: result.lost, duplicated: result.duplicated, reordered: result.reordered },
        { lost: 0, duplicated: 0, reordered: 0 },
        `seed ${seed}`,
      );
      explained += result.explained;
    }
    assert.ok(explained > 0, 'no run lost anything: the test does not see the case');
  });
}

test('what the client publishes during its moves stays in order and is published once', async () => {
  for (let seed = 1; seed <= SEEDS / 3; seed++) {
    const stage = new Stage(seed);
    let n = 0;
    const next = () => {
      if (stage.time.now > 8_000) return;
      stage.client.publish({ destination: '/topic/own', body: String(++n) });
      stage.time.after(stage.random() * 10, next);
    };
    stage.time.at(1_000, next);
    stage.client.activate();
    for (const at of [1_500, 3_500, 5_500]) {
      stage.time.at(at, () => {
        stage.add();
        stage.held()[0].drain({ withinMillis: 20_000 });
      });
    }
    await stage.time.runUntil(10_000);
    const bodies = stage.tier.published.get('/topic/own').map(({ body }) => Number(body));
    assert.deepEqual(bodies, Array.from({ length: n }, (_, i) => i + 1), `seed ${seed}`);
    assert.equal(stage.moved, 3);
  }
});

test('subscriptions that come and go during a move', async () => {
  for (let seed = 1; seed <= SEEDS / 3; seed++) {
    const stage = new Stage(seed);
    stage.publishUntil(6_000);
    stage.client.activate();
    const others = [];
    stage.time.at(1_500, () => {
      stage.add();
      stage.held()[0].drain({ withinMillis: 20_000 });
    });
    for (let i = 0; i < 20; i++) {
      stage.time.at(1_400 + i * 30, () => {
        const before = [];
        others.push(stage.client.subscribe('/topic/a', (message) => before.push(Number(message.body))));
        if (stage.random() < 0.5) others.splice(Math.floor(stage.random() * others.length), 1)[0].unsubscribe();
      });
    }
    await stage.time.runUntil(10_000);
    assert.deepEqual(stage.judged(), clean, `seed ${seed}`);
    assert.equal(stage.moved, 1, `seed ${seed}`);
    assert.equal(stage.held().length, 1);
    const [connection] = stage.held()[0].connections;
    assert.equal(connection.subscriptions.size, CHANNELS.length + others.length, 'none is left behind');
  }
});

test('a gateway that offers nothing of this is served as by stompjs alone, and the gap is said', async () => {
  const stage = new Stage(7, { features: '' });
  stage.publishUntil(6_000);
  stage.client.activate();
  stage.time.at(2_000, () => {
    stage.add();
    stage.held()[0].drain({ afterMillis: 300, withinMillis: 0 });
  });
  await stage.time.runUntil(10_000);
  const result = stage.judged();
  assert.equal(result.gaps, CHANNELS.length);
  assert.equal(result.lost, 0);
  assert.ok(result.explained > 0);
  assert.equal(stage.connects, 2);
});

test('reconnects are spread and become rarer while nobody answers', async () => {
  const stage = new Stage(3);
  stage.gateways.forEach((gateway) => (gateway.isDraining = true));
  let attempts = 0;
  const socket = stage.gateways[0].socket.bind(stage.gateways[0]);
  for (const gateway of stage.gateways) {
    gateway.socket = () => {
      attempts++;
      return socket();
    };
  }
  stage.client.activate();
  await stage.time.runUntil(60_000);
  assert.ok(attempts > 20 && attempts < 70, `${attempts} attempts in a minute`);
  await stage.client.deactivate();
  const before = attempts;
  await stage.time.runUntil(120_000);
  assert.equal(attempts, before, 'none after deactivate');
});

test('a factory that throws is like a gateway that is not there', async () => {
  const stage = new Stage(5);
  const socket = stage.gateways[0].socket.bind(stage.gateways[0]);
  let attempts = 0;
  for (const gateway of stage.gateways) {
    gateway.socket = () => {
      if (++attempts < 4) throw new Error('no address');
      return socket();
    };
  }
  stage.publishUntil(6_000);
  stage.client.activate();
  await stage.time.runUntil(10_000);
  assert.equal(attempts, 4);
  assert.deepEqual(stage.judged(), clean);
});

test('options have bounds', () => {
  assert.throws(() => new SlackwaterClient({}), /brokerURL or webSocketFactory/);
  assert.throws(() => new SlackwaterClient({ brokerURL: 'ws://h', parallel: 0 }), /parallel is 0/);
  assert.throws(() => new SlackwaterClient({ brokerURL: 'ws://h' }).publish({ destination: '/topic/a' }), /no connection/);
});

// Broken on purpose: the checker sees each of these.
for (const [what, patch] of Object.entries({
  'what the new gateway sends is delivered before the old one has ended': {
    fromNew(original, item) {
      original.call(this, item);
      return [item];
    },
  },
  'what the new gateway sends is not held': {
    fromNew(original, item) {
      return this.done ? original.call(this, item) : [];
    },
  },
  'the old one delivers beyond the mark': {
    fromOld(original, item) {
      const now = original.call(this, item);
      return now.length === 0 && !this.done ? [item] : now;
    },
  },
})) {
  test(`broken on purpose: ${what}`, async () => {
    const originals = Object.keys(patch).map((name) => [name, Splice.prototype[name]]);
    for (const [name, original] of originals) {
      Splice.prototype[name] = function (item) {
        return patch[name].call(this, original, item);
      };
    }
    try {
      let wrong = 0;
      for (let seed = 1; seed <= 20; seed++) {
        const result = (await drains(seed)).judged();
        wrong += result.lost + result.duplicated + result.reordered;
      }
      assert.ok(wrong > 0, 'the checker has not seen it');
    } finally {
      for (const [name, original] of originals) Splice.prototype[name] = original;
    }
  });
}
