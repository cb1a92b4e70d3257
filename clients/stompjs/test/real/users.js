// Users on real gateways: some with the helper, some with stompjs alone that connects again at once when it is closed.
//   node users.js HELPERS CHANNELS_EACH PLAIN CHANNELS [broken]
// "broken": the helper delivers what the new gateway sends before the old one has ended, to see that this is seen.
// Reads lines: "urls URL...", the gateways that serve; "talk URL", to send the messages, too, through this gateway, which has to stay; "end LAST",
// each channel's last number, or "end" when they were sent here. Says "ready" when all are subscribed, "moved N" at each move, and at the end what
// was wrong. Messages are the numbers 1, 2, 3 ... of their channel.
import { createInterface } from 'node:readline';
import { Client } from '@stomp/stompjs';
import { WebSocket } from 'ws';
import { SlackwaterClient, Splice } from '../../src/index.js';

const [helpers, channelsEach, plain, channels] = process.argv.slice(2, 6).map(Number);
if (process.argv[6] === 'broken') Splice.prototype.fromNew = (item) => [item];
const stomp = { heartbeatIncoming: 5_000, heartbeatOutgoing: 5_000 };
let urls = [];
const webSocketFactory = () => new WebSocket(urls[Math.floor(Math.random() * urls.length)], ['v12.stomp']);
const report = { received: 0, lost: 0, duplicated: 0, reordered: 0, gaps: 0, moves: 0, takeovers: 0, slowest: 0, connects: 0 };
const streams = [];
const plainGaps = [];

class Stream {
  first = 0;
  last = 0;
  lastAt = 0;
  seen = new Set();

  constructor(onGap) {
    this.onGap = onGap;
  }

  take(number) {
    const now = performance.now();
    if (this.seen.has(number)) this.duplicated();
    else if (number < this.last) this.reordered();
    else if (this.last && number > this.last + 1) this.onGap(number - this.last - 1, now - this.lastAt);
    this.seen.add(number);
    this.first ||= number;
    if (number > this.last) this.last = number;
    this.lastAt = now;
  }

  duplicated() {
    report.duplicated++;
  }

  reordered() {
    report.reordered++;
  }
}

function helper(user) {
  const client = new SlackwaterClient({
    webSocketFactory,
    stomp,
    onConnect: () => report.connects++,
    onPossibleGap: ({ destination, reason }) => {
      report.gaps++;
      console.error(`user ${user}: possible gap in ${destination}: ${reason}`);
    },
    onMoved: ({ subscriptions, millis }) => {
      report.moves++;
      report.takeovers += subscriptions;
      report.slowest = Math.max(report.slowest, millis);
      console.log(`moved ${report.moves}`);
    },
  });
  for (let i = 0; i < channelsEach; i++) {
    const stream = new Stream((missing) => (report.lost += missing));
    streams.push(stream);
    client.subscribe(`/topic/move.${(user * channelsEach + i) % channels}`, (message) => {
      report.received++;
      stream.take(Number(message.body));
    });
  }
  client.activate();
  return client;
}

/** As docs/gateway.md says: it comes again after the time that it was told. */
function alone(user) {
  const stream = new Stream((missing, millis) => plainGaps.push({ missing, millis }));
  stream.duplicated = stream.reordered = () => undefined;
  streams.push(stream);
  const client = new Client({ ...stomp, webSocketFactory, reconnectDelay: 1 });
  client.onConnect = () => client.subscribe(`/topic/move.${user % channels}`, (m) => stream.take(Number(m.body)));
  client.onWebSocketClose = ({ reason }) => {
    client.reconnectDelay = Math.max(1, Number(/reconnect-after-ms=(\d+)/.exec(reason)?.[1] ?? 1));
  };
  client.activate();
  return client;
}

const clients = [];
const pause = (millis) => new Promise((done) => setTimeout(done, millis));

async function until(condition) {
  for (let waited = 0; waited < 30_000 && !condition(); waited += 20) await pause(20);
}

const talk = { last: 0, confirmed: 0, ended: null };

/** Sends the next number to every channel ten times a second; resolves when it is told to end and all have been confirmed. */
async function talkTo(url) {
  let done = false;
  let ended = () => undefined;
  const talking = new Promise((resolve) => (ended = resolve));
  talk.ended = () => ((done = true), talking);
  const client = new Client({ ...stomp, webSocketFactory: () => new WebSocket(url, ['v12.stomp']), reconnectDelay: 0 });
  await new Promise((connected) => {
    client.onConnect = connected;
    client.activate();
  });
  while (!done) {
    const number = ++talk.last;
    for (let channel = 0; channel < channels; channel++) {
      const receipt = `${channel}-${number}`;
      client.watchForReceipt(receipt, () => talk.confirmed++);
      client.publish({ destination: `/topic/move.${channel}`, body: String(number), headers: { receipt } });
    }
    await pause(100);
  }
  await until(() => talk.confirmed === talk.last * channels);
  await client.deactivate();
  ended(talk.last);
}

async function end(last) {
  await until(() => streams.every((stream) => stream.last === last));
  for (const stream of streams.slice(0, helpers * channelsEach)) {
    if (stream.last < last) report.lost += last - stream.last;
  }
  for (const client of clients) await client.deactivate();
  const millis = plainGaps.map((gap) => gap.millis).sort((a, b) => a - b);
  const plainReport = {
    plainGaps: plainGaps.length,
    plainMissing: plainGaps.reduce((sum, gap) => sum + gap.missing, 0),
    plainMedianMillis: Math.round(millis[Math.floor(millis.length / 2)] ?? 0),
    plainLongestMillis: Math.round(millis.at(-1) ?? 0),
  };
  report.slowest = Math.round(report.slowest);
  report.unconfirmed = talk.last * channels - talk.confirmed;
  const fields = Object.entries({ ...report, ...plainReport }).map(([name, value]) => `${name}=${value}`);
  console.log(`report ${fields.join(' ')}`);
  process.exit(0);
}

createInterface({ input: process.stdin }).on('line', async (line) => {
  const [command, ...words] = line.split(' ');
  if (command === 'urls') urls = words;
  if (command === 'urls' && clients.length === 0) {
    for (let user = 0; user < helpers; user++) clients.push(helper(user));
    for (let user = 0; user < plain; user++) clients.push(alone(user));
    await until(() => streams.every((stream) => stream.last > 0));
    console.log('ready');
  }
  if (command === 'talk') await talkTo(words[0]);
  if (command === 'end') await end(talk.ended ? await talk.ended() : Number(words[0]));
});
