// Two users of @stomp/stompjs on one gateway: one talks on ten channels for a while, the other listens to all of them.
//   node chat.js ws://HOST:PORT/stomp SECONDS
// Prints "talking" once messages flow, and at the end one line of JSON: what was sent, confirmed and received, and what was wrong.
import { Client } from '@stomp/stompjs';
import { WebSocket } from 'ws';

Object.assign(globalThis, { WebSocket });
const [url, seconds] = process.argv.slice(2);
const channels = 10;
const report = { sent: 0, confirmed: 0, received: 0, outOfOrder: 0, duplicated: 0, errors: [] };

function connect(name) {
  return new Promise((connected, failed) => {
    const client = new Client({ brokerURL: url, reconnectDelay: 0, heartbeatIncoming: 5000, heartbeatOutgoing: 5000 });
    client.onConnect = () => connected(client);
    client.onStompError = (frame) => report.errors.push(`${name}: ${frame.headers.message}`);
    client.onWebSocketClose = (event) => {
      if (!client.leaving) report.errors.push(`${name}: closed ${event.code}`);
      failed(new Error(`${name}: closed ${event.code}`));
    };
    client.activate();
  });
}

function subscribed(client, channel, callback) {
  return new Promise((done) => {
    const receipt = `sub-${channel}`;
    client.watchForReceipt(receipt, done);
    client.subscribe(`/topic/js.${channel}`, callback, { receipt });
  });
}

const pause = (millis) => new Promise((done) => setTimeout(done, millis));

const listener = await connect('listener');
const talker = await connect('talker');
for (let channel = 0; channel < channels; channel++) {
  let last = 0;
  await subscribed(listener, channel, (message) => {
    const n = Number(message.body);
    report.received++;
    if (n === last) report.duplicated++;
    else if (n < last) report.outOfOrder++;
    else last = n;
  });
}
console.log('talking');
const end = Date.now() + seconds * 1000;
for (let n = 1; Date.now() < end; n++) {
  for (let channel = 0; channel < channels; channel++) {
    const receipt = `send-${channel}-${n}`;
    talker.watchForReceipt(receipt, () => report.confirmed++);
    talker.publish({ destination: `/topic/js.${channel}`, body: String(n), headers: { receipt } });
    report.sent++;
  }
  await pause(100);
}
for (let waited = 0; waited < 10000 && (report.confirmed < report.sent || report.received < report.sent); waited += 100) {
  await pause(100);
}
await pause(500);
for (const client of [talker, listener]) {
  client.leaving = true;
  await client.deactivate();
}
console.log(JSON.stringify(report));
process.exit(0);
