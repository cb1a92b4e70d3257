import { SlackwaterClient } from '@slackwater/stompjs';
import { TownMap } from './map.js';
import { announce, log, onAction, shorter, showCounts, showLink, showTier } from './panel.js';
import { Sequence, sum } from './sequence.js';

const NAMES =
  'Ada Ben Cleo Dan Eva Finn Gita Hugo Ines Jan Kim Leo Mia Noa Omar Pia Quin Rosa Sami Tess Uma Vito Wren Xan Yara Zoe Amir Bea Cem Dora Enzo Fay Gil Hana Ivo Juno Kai Lena Milo Nina'.split(
    ' ',
  );
const page = Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(16).padStart(2, '0')).join('');
const map = new TownMap(document.getElementById('map'));
/** @type {Map<string, Sequence>} by channel */
const friends = new Map();
const totals = { moves: 0, takenOver: 0, possibleGaps: 0, losses: 0 };
let tier = { friends: 0, gateways: [], nodes: [], migration: null, controls: false };
/** The gateway that messages come from, and the one that a second connection is open to. */
let current = '';
let opened = '';
/** All that was missed when that one was opened. */
let missed = 0;

async function ask(path, body) {
  const options = body === undefined ? {} : { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) };
  const answer = await fetch(path, { ...options, cache: 'no-store' });
  if (!answer.ok) throw new Error(await answer.text());
  return answer;
}

/** As a load balancer would: one of those that take clients, and not the one that is being left. */
function connection() {
  const serving = tier.gateways.filter(({ state, pod }) => state === 'Serving' && pod !== current);
  const there = serving.length > 0 ? serving : tier.gateways;
  const gateway = there[Math.floor(Math.random() * there.length)];
  if (!gateway) throw new Error('no gateway is known');
  const socket = new WebSocket(gateway.url, ['v12.stomp']);
  socket.addEventListener('open', () => {
    opened = gateway.pod;
    if (!client.connected) return;
    missed = sum(friends.values()).missed;
    showLink('moving', `${shorter(current)} → ${shorter(opened)}`);
    log(`gateway ${shorter(current)} is leaving: second connection, to ${shorter(opened)}`);
  });
  return socket;
}

const client = new SlackwaterClient({
  webSocketFactory: connection,
  reconnectDelay: 500,
  onConnect: () => {
    current = opened;
    showLink('connected', `connected to gateway ${shorter(current)}`);
    log(`connected to gateway ${shorter(current)}`);
  },
  onDisconnect: ({ code, reason }) => {
    totals.losses++;
    showLink('lost', 'connection lost, coming again');
    log(`connection lost (${code}${reason ? `, ${reason}` : ''})`, 'bad');
  },
  onMoved: ({ subscriptions, millis }) => {
    const from = current;
    current = opened;
    totals.moves++;
    totals.takenOver += subscriptions;
    const lost = sum(friends.values()).missed - missed;
    const text = `Told to go: ${shorter(from)} → ${shorter(current)}, ${subscriptions} channels taken over in ${Math.round(millis)} ms, ${lost} missed`;
    showLink('connected', `connected to gateway ${shorter(current)}`);
    log(text, lost > 0 ? 'bad' : 'good');
    announce(text);
    map.ripple();
  },
  onPossibleGap: ({ reason }) => {
    totals.possibleGaps++;
    if (++untold === 1) setTimeout(() => tellGaps(reason), 500);
  },
});

/** Gaps come many at a time, and are told in one line. */
let untold = 0;
function tellGaps(reason) {
  log(`messages of ${untold} channels may be missing: ${reason}`, 'bad');
  untold = 0;
}

function follow(number) {
  const channel = `nearby:friend-${number}`;
  const sequence = new Sequence();
  friends.set(channel, sequence);
  map.add(channel, NAMES[number % NAMES.length], 40 + ((number * 137.5) % 260)); // no red: that is for those with a gap
  client.subscribe(`/topic/${channel}`, ({ body }) => {
    const { n, x, y } = JSON.parse(body);
    sequence.take(n);
    map.place(channel, x, y, !sequence.clean);
  });
}

/** What is moving, in the log: once at its beginning and once at its end. */
function tellMigration(before, after) {
  if (!before && after) log(`slots begin to move: ${after.text.split('  ')[0]}`);
  if (before && !after) log('slots have moved', 'good');
}

async function refresh() {
  try {
    const next = await (await ask('state')).json();
    tellMigration(tier.migration, next.migration);
    tier = next;
    while (friends.size < tier.friends) follow(friends.size);
    showTier(tier, current);
    if (tier.gateways.length > 0) client.activate();
  } catch (error) {
    console.warn(`the page's server does not answer: ${error}`);
  }
}

async function report() {
  const counts = [...friends].map(([channel, { received, first, last, missed, repeated, reordered }]) => ({
    channel,
    received,
    first,
    last,
    missed,
    repeated,
    reordered,
  }));
  try {
    await ask('seen', { page, gateway: current, ...totals, friends: counts });
  } catch (error) {
    console.warn(`the counts were not taken: ${error}`);
  }
}

onAction(async (action) => {
  try {
    log(await (await ask(`do/${action}`, { gateway: current })).text());
  } catch (error) {
    log(error.message, 'bad');
  }
});
/** What had come by now and at each fifth of a second of the last two. */
const lately = [];
setInterval(() => {
  const counts = sum(friends.values());
  lately.push(counts.received);
  if (lately.length > 11) lately.shift();
  showCounts({ ...counts, rate: Math.round((counts.received - lately[0]) / 2) }, totals.moves, totals.takenOver);
}, 200);
setInterval(refresh, 1_000);
setInterval(report, 1_000);
await refresh();
