// A small model of the tier and its gateways, in virtual time: every way a frame takes has a delay of its own, and keeps the order.

/** Numbers from a seed: mulberry32. */
export function lots(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Time that passes only when everything at one moment is done. */
export class Time {
  now = 0;
  #queue = [];
  #count = 0;

  at(millis, action) {
    const event = { at: Math.max(millis, this.now), order: this.#count++, action };
    let low = 0;
    let high = this.#queue.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#queue[middle].at > event.at) low = middle + 1;
      else high = middle;
    }
    this.#queue.splice(low, 0, event);
    return event;
  }

  after(millis, action) {
    return this.at(this.now + millis, action);
  }

  async runUntil(end) {
    await settled();
    while (this.#queue.length > 0 && this.#queue.at(-1).at <= end) {
      const event = this.#queue.pop();
      this.now = event.at;
      event.action?.();
      await settled();
    }
    this.now = end;
  }

  /** As a client wants it. */
  world(random, key) {
    return {
      now: () => this.now,
      setTimeout: (action, millis) => this.after(millis, action),
      clearTimeout: (event) => (event.action = undefined),
      random,
      key: () => key,
    };
  }
}

/** What stompjs puts off to a promise is done. */
async function settled() {
  for (let i = 0; i < 6; i++) await null;
}

/** A way that keeps the order, each thing with a delay from 0 to the longest. */
class Way {
  #last = 0;
  constructor(time, random, longest) {
    Object.assign(this, { time, random, longest });
  }
  send(action) {
    this.#last = Math.max(this.#last, this.time.now + this.random() * this.longest);
    this.time.at(this.#last, action);
  }
}

/** One order for each channel, in which everybody sees its messages and marks. */
export class Tier {
  published = new Map();
  #listeners = new Set();

  constructor(time) {
    this.time = time;
  }

  publish(channel, body) {
    if (!this.published.has(channel)) this.published.set(channel, []);
    this.published.get(channel).push({ body, at: this.time.now });
    this.#tell({ channel, body });
  }

  mark(channel, name) {
    this.#tell({ channel, mark: name });
  }

  #tell(event) {
    for (const listener of [...this.#listeners]) listener(event);
  }

  listen(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

const unescaped = (text) => text.replaceAll('\\c', ':').replaceAll('\\n', '\n').replaceAll('\\\\', '\\');

function parse(data) {
  const text = typeof data === 'string' ? data : new TextDecoder().decode(data);
  const head = text.indexOf('\n\n');
  const [command, ...lines] = text.slice(0, head).split('\n');
  const headers = {};
  for (const line of lines) {
    const colon = line.indexOf(':');
    headers[line.slice(0, colon)] ??= unescaped(line.slice(colon + 1));
  }
  return { command, headers, body: text.slice(head + 2, text.lastIndexOf('\0')) };
}

export class Gateway {
  connections = new Set();
  isDraining = false;
  isBroken = false;

  /** @param delays longest delays: of the network, and between gateway and tier */
  constructor(name, tier, time, random, { delays, features = 'marks,notices', losesMarks = 0 }) {
    Object.assign(this, { name, tier, time, random, delays, features, losesMarks });
    this.fromTier = new Way(time, random, delays.tier);
    this.toTier = new Way(time, random, delays.tier);
  }

  /** The client's side of a new connection. */
  socket() {
    const socket = {
      url: this.name,
      readyState: 0,
      binaryType: '',
      onopen: undefined,
      onmessage: undefined,
      onclose: undefined,
      onerror: undefined,
    };
    const up = new Way(this.time, this.random, this.delays.network);
    const down = new Way(this.time, this.random, this.delays.network);
    const connection = { subscriptions: new Map(), open: true, notices: null, messages: 0 };
    const ended = (code, reason) => {
      if (socket.readyState === 3) return;
      socket.readyState = 3;
      socket.onclose?.({ code, reason, wasClean: code !== 1006 });
    };
    const release = () => {
      connection.open = false;
      this.connections.delete(connection);
      for (const stop of connection.subscriptions.values()) stop();
      connection.subscriptions.clear();
    };
    connection.close = (code, reason) => {
      if (!connection.open) return;
      release();
      down.send(() => ended(code, reason));
    };
    connection.cut = () => {
      if (!connection.open) return;
      release();
      // What was on its way is lost.
      socket.readyState = 2;
      this.time.after(this.random() * this.delays.network, () => ended(1006, ''));
    };
    connection.send = (command, headers, body = '') => {
      const lines = Object.entries(headers).map(([name, value]) => `${name}:${value}\n`);
      down.send(() => {
        if (socket.readyState === 1) socket.onmessage?.({ data: `${command}\n${lines.join('')}\n${body}\0` });
      });
    };
    socket.send = (data) => {
      if (socket.readyState !== 1) throw new Error('not open');
      up.send(() => connection.open && this.#receive(connection, parse(data)));
    };
    socket.close = () => {
      if (socket.readyState >= 2) return;
      socket.readyState = 2;
      up.send(() => {
        if (connection.open) release();
        down.send(() => ended(1000, ''));
      });
    };
    up.send(() => {
      if (this.isDraining || this.isBroken) {
        connection.open = false;
        down.send(() => ended(1006, ''));
      } else {
        this.connections.add(connection);
        down.send(() => {
          if (socket.readyState !== 0) return;
          socket.readyState = 1;
          socket.onopen?.();
        });
      }
    });
    return socket;
  }

  #receive(connection, { command, headers, body }) {
    const receipt = (more = {}) =>
      headers.receipt && connection.send('RECEIPT', { 'receipt-id': headers.receipt, ...more });
    switch (command) {
      case 'CONNECT':
        connection.send('CONNECTED', { version: '1.2', 'slackwater-features': this.features });
        break;
      case 'SUBSCRIBE':
        if (headers.destination === '/slackwater/notices') {
          connection.notices = headers.id;
        } else {
          this.#subscribe(connection, headers, receipt);
        }
        break;
      case 'UNSUBSCRIBE':
        connection.subscriptions.get(headers.id)?.();
        connection.subscriptions.delete(headers.id);
        break;
      case 'SEND':
        this.#send(connection, headers, body, receipt);
        break;
      case 'DISCONNECT':
        this.toTier.send(() => {
          receipt();
          connection.close(1000, 'bye');
        });
        break;
      default:
        throw new Error(`the model does not know ${command}`);
    }
  }

  #subscribe(connection, headers, receipt) {
    let wanted = true;
    let stop = () => undefined;
    connection.subscriptions.set(headers.id, () => {
      wanted = false;
      stop();
    });
    this.toTier.send(() => {
      if (!wanted) return;
      stop = this.tier.listen(({ channel, body, mark }) => {
        if (channel !== headers.destination) return;
        if (mark && mark.slice(0, mark.indexOf('.')) !== headers['slackwater-marks']) return;
        this.fromTier.send(() => {
          if (!wanted || !connection.open) return;
          const id = String(++connection.messages);
          const common = { subscription: headers.id, destination: channel, 'message-id': id };
          connection.send('MESSAGE', mark ? { ...common, 'slackwater-mark': mark } : common, body);
        });
      });
      this.fromTier.send(() => wanted && connection.open && receipt());
    });
  }

  #send(_connection, headers, body, receipt) {
    const mark = headers['slackwater-mark'];
    if (mark && this.random() < this.losesMarks) return;
    this.toTier.send(() => {
      if (mark) this.tier.mark(headers.destination, mark);
      else this.tier.publish(headers.destination, body);
      this.fromTier.send(receipt);
    });
  }

  /** Says it to everybody, some of them twice, and closes them when the time is over. */
  drain({ afterMillis = 0, withinMillis }) {
    this.isDraining = true;
    for (const connection of [...this.connections]) {
      if (connection.notices === null) {
        connection.close(1012, `drained; reconnect-after-ms=${afterMillis}`);
        continue;
      }
      const notice = JSON.stringify({ move: { afterMillis, withinMillis } });
      for (let i = this.random() < 0.3 ? 2 : 1; i > 0; i--) {
        const id = String(++connection.messages);
        connection.send(
          'MESSAGE',
          { subscription: connection.notices, destination: '/slackwater/notices', 'message-id': id },
          notice,
        );
      }
      this.time.after(afterMillis + withinMillis, () => connection.close(1012, 'drained'));
    }
  }

  /** Every connection is cut, and none is let in. */
  die() {
    this.isBroken = true;
    for (const connection of [...this.connections]) connection.cut();
  }
}
