// A real HTTP server that refuses: when the client comes again.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { once } from 'node:events';
import test from 'node:test';
import { WebSocket } from 'ws';
import { SlackwaterClient } from '../src/index.js';

async function firstDelay(headers) {
  const server = createServer();
  server.on('upgrade', (_request, socket) => {
    const lines = Object.entries({ 'Content-Length': 0, Connection: 'close', ...headers });
    socket.end(`HTTP/1.1 503 Service Unavailable\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const delay = await new Promise((done) => {
    const client = new SlackwaterClient({
      webSocketFactory: () => new WebSocket(`ws://127.0.0.1:${server.address().port}`, ['v12.stomp']),
      reconnectDelay: 1_000,
      world: {
        random: () => 0.25,
        // The connection's own time-out is the first timer.
        setTimeout: (_action, millis) => millis !== 10_000 && client.deactivate().then(() => done(millis)),
        clearTimeout: () => undefined,
      },
    });
    client.activate();
  });
  server.close();
  return delay;
}

test('the server is asked again when it said so', async () => assert.equal(await firstDelay({ 'Retry-After': 7 }), 7_000));

test('without a word after a delay that is drawn', async () => assert.equal(await firstDelay({}), 750));
