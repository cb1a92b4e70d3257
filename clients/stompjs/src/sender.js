/** Publishes by one connection at a time. While the connection changes, what is to be published waits, so that it stays in order. */
export class Sender {
  /** @type {import('@stomp/stompjs').IPublishParams[] | null} null: it goes out at once */
  #held = null;
  #maxHeld;
  #link;

  /** @param {number} maxHeld messages that may wait @param {() => import('./link.js').Link | null} link the one that is in use */
  constructor(maxHeld, link) {
    this.#maxHeld = maxHeld;
    this.#link = link;
  }

  /** @param {import('@stomp/stompjs').IPublishParams} message */
  publish(message) {
    const link = this.#link();
    if (this.#held) {
      if (this.#held.length >= this.#maxHeld) {
        throw new Error(`${this.#held.length} messages wait to be published: publish more slowly`);
      }
      this.#held.push(message);
    } else if (link) {
      link.publish(message);
    } else {
      throw new Error('there is no connection: publish when onConnect was called');
    }
  }

  hold() {
    this.#held ??= [];
  }

  /** Sends what waits, if there is a connection. */
  release() {
    const link = this.#link();
    const held = this.#held;
    if (!held || !link) return;
    this.#held = null;
    for (const message of held) {
      try {
        link.publish(message);
      } catch {
        // The WebSocket has closed: like everything written just before that, it may not have arrived.
      }
    }
  }

  /** Forgets what waits. */
  clear() {
    this.#held = null;
  }
}
