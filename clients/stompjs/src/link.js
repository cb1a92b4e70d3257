import { Client } from '@stomp/stompjs';

const NOTICES = '/slackwater/notices';

/**
 * @typedef {object} LinkEvents what a connection tells
 * @property {() => void} opened it may be used
 * @property {(loss: Loss) => void} lost it has ended, and not by `leave` or `kill`; said once
 * @property {() => void} move its gateway is going, see `moveAfterMillis`; said once
 * @property {(frame: import('@stomp/stompjs').IFrame) => void} stompError the gateway has sent an ERROR; it closes the connection next
 *
 * @typedef {object} Loss
 * @property {number} code of the WebSocket's close; 1006 when there was none
 * @property {string} reason
 * @property {number | undefined} retryAfterMillis how long the server asked to wait before the next connection
 *
 * @typedef {object} Receiver of one subscription
 * @property {(message: import('@stomp/stompjs').IMessage) => void} message
 * @property {(mark: number) => void} mark
 * @property {() => void} ready what is published from now on arrives
 */

/** One connection to one gateway, used once: stompjs with its own reconnecting switched off. */
export class Link {
  #stomp;
  #events;
  #markKey;
  #ended = false;
  #count = 0;
  /** @type {number | undefined} */
  #retryAfterMillis;
  /** @type {(() => void) | undefined} */
  #left;

  /** CONNECTED has come, and the connection has not ended. */
  isOpen = false;
  /** Marks can be set and seen. */
  hasMarks = false;
  /** @type {number | null} its gateway is going: how long to wait before the next connection is made; null while it stays */
  moveAfterMillis = null;

  /**
   * @param {{stomp: import('@stomp/stompjs').StompConfig, webSocket: () => import('@stomp/stompjs').IStompSocket, markKey: string}} settings
   * @param {LinkEvents} events
   */
  constructor({ stomp, webSocket, markKey }, events) {
    this.#events = events;
    this.#markKey = markKey;
    this.#stomp = new Client({
      ...stomp,
      reconnectDelay: 0,
      webSocketFactory: () => this.#make(webSocket),
      onConnect: (frame) => this.#connected(frame),
      onDisconnect: () => this.#hasLeft(),
      onStompError: (frame) => this.#events.stompError(frame),
      onWebSocketClose: (event) => this.#closed(event),
    });
    this.#stomp.activate();
  }

  /** @param {() => import('@stomp/stompjs').IStompSocket} webSocket @returns {import('@stomp/stompjs').IStompSocket} */
  #make(webSocket) {
    try {
      return this.#watched(webSocket());
    } catch (error) {
      // As when nobody is there: an address that is not known now may be later.
      queueMicrotask(() => this.#closed({ code: 1006, reason: `no WebSocket was made: ${error}` }));
      const none = { url: '', readyState: 3, close: () => undefined, send: () => undefined };
      return /** @type {import('@stomp/stompjs').IStompSocket} */ (/** @type {unknown} */ (none));
    }
  }

  /** A refused handshake is shown in full only by the `ws` package of Node; browsers tell nothing about it. @param {any} socket */
  #watched(socket) {
    if (typeof socket.on === 'function' && typeof socket.terminate === 'function') {
      socket.on('unexpected-response', (/** @type {any} */ _request, /** @type {any} */ response) => {
        const seconds = Number(response.headers?.['retry-after']);
        if (Number.isFinite(seconds)) this.#retryAfterMillis = seconds * 1000;
        socket.terminate();
      });
    }
    return socket;
  }

  /** @param {import('@stomp/stompjs').IFrame} frame */
  #connected(frame) {
    if (this.#ended) return;
    const features = (frame.headers['slackwater-features'] ?? '').split(',');
    this.isOpen = true;
    this.hasMarks = features.includes('marks');
    if (features.includes('notices')) this.#stomp.subscribe(NOTICES, (message) => this.#noticed(message));
    this.#events.opened();
  }

  /** @param {import('@stomp/stompjs').IMessage} message */
  #noticed(message) {
    let after;
    try {
      after = JSON.parse(message.body).move?.afterMillis;
    } catch {
      return; // what is not understood is from a newer gateway
    }
    if (this.#ended || this.moveAfterMillis !== null || typeof after !== 'number' || !(after >= 0)) return;
    this.moveAfterMillis = after;
    this.#events.move();
  }

  /** @param {{code?: number, reason?: string}} event */
  #closed(event) {
    this.#hasLeft();
    if (this.#ended) return;
    this.#end();
    const reason = event?.reason ?? '';
    const told = /reconnect-after-ms=(\d+)/.exec(reason);
    this.#events.lost({
      code: event?.code ?? 1006,
      reason,
      retryAfterMillis: told ? Number(told[1]) : this.#retryAfterMillis,
    });
    void this.#stomp.deactivate();
  }

  #end() {
    this.#ended = true;
    this.isOpen = false;
  }

  #hasLeft() {
    this.#left?.();
    this.#left = undefined;
  }

  /**
   * @param {string} destination
   * @param {import('@stomp/stompjs').StompHeaders} headers
   * @param {Receiver} receiver
   * @returns {() => void} ends the subscription
   */
  subscribe(destination, headers, receiver) {
    // An id is never used again: what was on its way to an earlier subscription must not be taken for this one's.
    const id = `sw-${++this.#count}`;
    const receipt = `receipt-${id}`;
    this.#send(() => {
      this.#stomp.watchForReceipt(receipt, () => this.#ended || receiver.ready());
      this.#stomp.subscribe(
        destination,
        (message) => {
          if (this.#ended) return;
          const mark = message.headers['slackwater-mark'];
          if (mark === undefined) receiver.message(message);
          else receiver.mark(Number(mark.slice(mark.lastIndexOf('.') + 1)));
        },
        { ...headers, id, receipt, ...(this.hasMarks ? { 'slackwater-marks': this.#markKey } : {}) },
      );
    });
    return () => this.#send(() => this.#stomp.unsubscribe(id));
  }

  /** Without a receipt: a mark that fails must not end the session. @param {string} destination @param {number} number */
  setMark(destination, number) {
    const headers = { 'slackwater-mark': `${this.#markKey}.${number}` };
    this.#send(() => this.#stomp.publish({ destination, headers }));
  }

  /** @param {import('@stomp/stompjs').IPublishParams} message */
  publish(message) {
    this.#stomp.publish(message);
  }

  /** What cannot be written any more is no concern of the caller: it hears of the end of the connection. @param {() => void} write */
  #send(write) {
    if (!this.isOpen) return;
    try {
      write();
    } catch {
      // The WebSocket has closed; its event follows.
    }
  }

  /** Ends the connection; done when every SEND has its answer, or nothing more can come. @returns {Promise<void>} */
  leave() {
    if (this.#ended) return Promise.resolve();
    const wasOpen = this.isOpen;
    this.#end();
    if (!wasOpen) {
      void this.#stomp.deactivate({ force: true });
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      this.#left = resolve;
      this.#stomp.deactivate().then(resolve, () => resolve());
    });
  }

  /** Ends the connection at once. */
  kill() {
    this.#end();
    this.#hasLeft();
    void this.#stomp.deactivate({ force: true });
  }
}
