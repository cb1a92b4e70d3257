/**
 * What is said when messages of a destination may be missing.
 *
 * @typedef {object} PossibleGap
 * @property {string} destination
 * @property {string} id of the subscription
 * @property {string} reason a sentence
 * @property {number} millis from when the old connection was lost until the new one delivers; what was published in this time, and what the old
 *   gateway had not sent yet, may be missing. Nothing is repeated or out of order.
 *
 * What is said when the client has gone over to another gateway because the one it had is leaving.
 *
 * @typedef {object} Moved
 * @property {number} subscriptions that were taken over
 * @property {number} millis from the second connection to the end of the first
 *
 * Where time and chance come from; the machine's own unless given.
 *
 * @typedef {object} World
 * @property {() => number} [now] milliseconds
 * @property {(action: () => void, millis: number) => unknown} [setTimeout]
 * @property {(timer: any) => void} [clearTimeout]
 * @property {() => number} [random] from 0 to below 1
 * @property {() => string} [key] 16 to 64 of `A-Za-z0-9_-` that nobody can guess, another one each time
 *
 * @typedef {object} Options
 * @property {string | (() => string)} [brokerURL] where the gateways are; a function is asked for each connection
 * @property {() => import('@stomp/stompjs').IStompSocket} [webSocketFactory] makes each WebSocket, in place of `brokerURL`
 * @property {import('@stomp/stompjs').StompConfig} [stomp] anything else for stompjs, such as `connectHeaders` and heart-beats
 * @property {number} [reconnectDelay] ms before the first attempt to connect again; doubles up to `maxReconnectDelay`, each drawn from half to one
 *   and a half of it. Default 1000
 * @property {number} [maxReconnectDelay] Default 30000
 * @property {number} [connectTimeout] ms from the start of a connection to CONNECTED. Default 10000
 * @property {number} [markTimeout] ms after which a mark that did not arrive is replaced by another. Default 2000
 * @property {number} [maxMarks] marks for a subscription before the second connection counts as broken. Default 4
 * @property {number} [parallel] subscriptions taken over at a time. Default 16
 * @property {number} [maxHeld] messages held of a subscription and connection, and publishes held while the sender changes. Default 10000
 * @property {number} [leaveTimeout] ms that the old connection has to answer its SENDs. Default 5000
 * @property {World} [world]
 * @property {() => void} [onConnect] connected, at first and again
 * @property {(loss: import('./link.js').Loss) => void} [onDisconnect] the only connection was lost; it is being replaced
 * @property {(gap: PossibleGap) => void} [onPossibleGap]
 * @property {(moved: Moved) => void} [onMoved]
 * @property {(frame: import('@stomp/stompjs').IFrame) => void} [onStompError]
 * @property {(error: unknown) => void} [onCallbackError] a callback of a subscription has thrown; logged unless given
 */

const defaults = {
  reconnectDelay: 1_000,
  maxReconnectDelay: 30_000,
  connectTimeout: 10_000,
  markTimeout: 2_000,
  maxMarks: 4,
  parallel: 16,
  maxHeld: 10_000,
  leaveTimeout: 5_000,
};

/** @type {Required<World>} */
const machine = {
  now: () => performance.now(),
  setTimeout: (action, millis) => setTimeout(action, millis),
  clearTimeout: (timer) => clearTimeout(timer),
  random: () => Math.random(),
  // Not randomUUID, which pages that came over plain HTTP do not have.
  key: () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join(''),
};

/**
 * With the defaults filled in and every figure checked.
 *
 * @param {Options} options
 * @returns {Options & typeof defaults & {world: Required<World>, stomp: import('@stomp/stompjs').StompConfig}}
 */
export function checked(options) {
  if (!options.brokerURL && !options.webSocketFactory) {
    throw new TypeError('say where the gateways are: give brokerURL or webSocketFactory');
  }
  const all = { ...defaults, ...options, world: { ...machine, ...options.world }, stomp: options.stomp ?? {} };
  for (const name of /** @type {Array<keyof typeof defaults>} */ (Object.keys(defaults))) {
    const value = all[name];
    const least = name === 'reconnectDelay' || name === 'maxReconnectDelay' ? 0 : 1;
    if (!Number.isInteger(value) || value < least || value > 1e9) {
      throw new RangeError(`${name} is ${value}: give a whole number from ${least} to 1000000000`);
    }
  }
  return all;
}
