import { Link } from './link.js';
import { checked } from './options.js';
import { Sender } from './sender.js';
import { Takeover } from './takeover.js';
import { Timers } from './timers.js';

/**
 * @typedef {import('@stomp/stompjs').IMessage} Message
 * @typedef {import('./takeover.js').Stream} Stream
 *
 * @typedef {object} Subscription
 * @property {string} id
 * @property {string} destination
 * @property {(message: Message) => void} callback
 * @property {import('@stomp/stompjs').StompHeaders} headers
 * @property {Stream | null} stream whose messages are delivered; the old one during a takeover
 * @property {Takeover | null} takeover
 * @property {number | null} lostAt since when messages may be missing
 * @property {string} lostBy
 */

/**
 * A STOMP client that is told by its gateway when that one is leaving, opens a second connection, takes every subscription over at a mark in
 * its channel, and only then closes the first: no message is lost, repeated or out of order. When a connection is lost without a word it connects
 * again and says for each destination that messages may be missing.
 *
 * Not before `activate` is anything done. Callbacks are called one at a time.
 */
export class SlackwaterClient {
  #options;
  #world;
  #markKey;
  #active = false;
  /** @type {Link | null} the connection that is in use */
  #home = null;
  /** @type {Link | null} the second one while the client moves, connecting or open */
  #next = null;
  /** @type {Link | null} one that is to become the first */
  #first = null;
  /** @type {Set<Link>} old ones that are saying goodbye */
  #leaving = new Set();
  /** @type {Map<string, Subscription>} */
  #subscriptions = new Map();
  #sender;
  #timers;
  #count = 0;
  #mark = 0;
  #attempts = 0;
  #moveAttempts = 0;
  #moveBegan = 0;
  #moved = 0;

  /** @param {import('./options.js').Options} options */
  constructor(options) {
    this.#options = checked(options);
    this.#world = this.#options.world;
    this.#timers = new Timers(this.#world);
    this.#sender = new Sender(this.#options.maxHeld, () => this.#home);
    this.#markKey = this.#world.key();
  }

  /** True while messages can come and go. */
  get connected() {
    return this.#home !== null;
  }

  /** True from the second connection of a move to its end. */
  get moving() {
    return this.#next?.isOpen === true || this.#takeovers() > 0;
  }

  /** Connects, and stays connected until `deactivate`. */
  activate() {
    if (this.#active) return;
    this.#active = true;
    this.#attempts = 0;
    this.#connectFirst();
  }

  /** Ends all connections; done when they are closed. Subscriptions are kept for the next `activate`. @returns {Promise<void>} */
  async deactivate() {
    this.#active = false;
    this.#timers.cancelAll();
    const links = [this.#home, this.#next, this.#first, ...this.#leaving];
    this.#home = this.#next = this.#first = null;
    this.#leaving.clear();
    this.#sender.clear();
    for (const subscription of this.#subscriptions.values()) {
      subscription.stream = subscription.takeover = subscription.lostAt = null;
    }
    await Promise.all(links.map((link) => link?.leave()));
  }

  /**
   * Subscribes now and on every later connection.
   *
   * @param {string} destination
   * @param {(message: Message) => void} callback
   * @param {import('@stomp/stompjs').StompHeaders} [headers]
   * @returns {{id: string, unsubscribe: () => void}}
   */
  subscribe(destination, callback, headers = {}) {
    const id = `s${++this.#count}`;
    /** @type {Subscription} */
    const subscription = {
      id,
      destination,
      callback,
      headers,
      stream: null,
      takeover: null,
      lostAt: null,
      lostBy: '',
    };
    this.#subscriptions.set(id, subscription);
    const link = this.#next?.isOpen ? this.#next : this.#home;
    if (link) this.#subscribeOn(link, subscription);
    return { id, unsubscribe: () => this.#unsubscribe(subscription) };
  }

  /**
   * Publishes once. While the sender changes in a move it waits for its turn, so that one client's messages stay in order.
   *
   * @param {import('@stomp/stompjs').IPublishParams} message
   * @throws {Error} when there is no connection, or too many messages wait
   */
  publish(message) {
    this.#sender.publish(message);
  }

  // --- connections ---

  /** @param {{opened: (link: Link) => void, lost: (link: Link, loss: import('./link.js').Loss) => void}} on @returns {Link} */
  #connect(on) {
    const { stomp, brokerURL, webSocketFactory, connectTimeout, onStompError } = this.#options;
    const url = () => (typeof brokerURL === 'function' ? brokerURL() : String(brokerURL));
    let told = false;
    /** @param {import('./link.js').Loss} loss */
    const lost = (loss) => {
      if (told) return;
      told = true;
      this.#timers.cancel(timeout);
      on.lost(link, loss);
    };
    const timeout = this.#timers.after(connectTimeout, () => {
      link.kill();
      lost({ code: 1006, reason: `no CONNECTED within ${connectTimeout} ms`, retryAfterMillis: undefined });
    });
    const link = new Link(
      {
        stomp,
        markKey: this.#markKey,
        webSocket:
          webSocketFactory ??
          (() => /** @type {import('@stomp/stompjs').IStompSocket} */ (new WebSocket(url(), ['v12.stomp']))),
      },
      {
        opened: () => {
          this.#timers.cancel(timeout);
          on.opened(link);
        },
        lost,
        move: () => this.#toldToMove(link),
        stompError: (frame) => onStompError?.(frame),
      },
    );
    return link;
  }

  #connectFirst() {
    if (!this.#active || this.#home || this.#first) return;
    this.#first = this.#connect({
      opened: (link) => {
        this.#first = null;
        this.#settle(link);
      },
      lost: (link, loss) => this.#lost(link, loss),
    });
  }

  /** The connection is the only one, and everything goes by it. @param {Link} link */
  #settle(link) {
    this.#home = link;
    this.#attempts = 0;
    for (const subscription of this.#subscriptions.values()) this.#subscribeOn(link, subscription);
    this.#sender.release();
    this.#options.onConnect?.();
  }

  /** @param {Link} link @param {import('./link.js').Loss} loss */
  #lost(link, loss) {
    if (link === this.#first) {
      this.#first = null;
      this.#retry(loss);
    } else if (link === this.#home) {
      this.#home = null;
      if (this.#next?.isOpen) {
        this.#lostWhileMoving(link, loss);
        return;
      }
      this.#markLost(link, loss);
      this.#options.onDisconnect?.(loss);
      if (this.#next) {
        this.#first = this.#next; // it is on its way already
        this.#next = null;
      } else {
        this.#retry(loss);
      }
    } else if (link === this.#next) {
      this.#nextLost(link, loss);
    }
  }

  /** @param {import('./link.js').Loss} loss */
  #retry(loss) {
    const { reconnectDelay, maxReconnectDelay } = this.#options;
    const backoff = Math.min(maxReconnectDelay, reconnectDelay * 2 ** Math.min(this.#attempts++, 20));
    const delay = loss.retryAfterMillis ?? backoff * (0.5 + this.#world.random());
    this.#timers.after(delay, () => this.#connectFirst());
  }

  /** Nothing comes by this connection any more. @param {Link} link @param {import('./link.js').Loss} loss */
  #markLost(link, loss) {
    for (const subscription of [...this.#subscriptions.values()]) {
      const { takeover, stream } = subscription;
      const unfinished = takeover?.to.link === link;
      if (unfinished) {
        subscription.takeover = null;
        takeover.abandon();
        if (takeover.from?.link.isOpen) continue; // it goes on with the old one
      }
      if (!unfinished && stream?.link !== link) continue;
      subscription.stream = null;
      subscription.lostAt ??= this.#world.now();
      subscription.lostBy = `the connection ended (${loss.code}${loss.reason ? `, ${loss.reason}` : ''})`;
    }
  }

  // --- subscriptions ---

  /** @param {Link} link @param {Subscription} subscription */
  #subscribeOn(link, subscription) {
    if (subscription.lostAt !== null && link.hasMarks) {
      this.#takeOver(subscription, null, link);
    } else {
      subscription.stream = this.#ask(link, subscription, () => this.#reportGap(subscription));
    }
  }

  /** @param {Link} link @param {Subscription} subscription @param {() => void} ready @returns {Stream} */
  #ask(link, subscription, ready) {
    /** @type {Stream} */
    const stream = { link, end: () => undefined };
    const present = () => this.#subscriptions.get(subscription.id) === subscription;
    stream.end = link.subscribe(subscription.destination, subscription.headers, {
      ready: () => present() && ready(),
      message: (message) => present() && this.#message(stream, subscription, message),
      mark: (mark) => present() && subscription.takeover?.mark(stream, mark),
    });
    return stream;
  }

  /** @param {Stream} stream @param {Subscription} subscription @param {Message} message */
  #message(stream, subscription, message) {
    const { takeover } = subscription;
    if (!takeover) {
      if (stream === subscription.stream) this.#deliver(subscription, [message]);
      return;
    }
    takeover.message(stream, message);
  }

  /** @param {Subscription} subscription @param {Message[]} messages */
  #deliver(subscription, messages) {
    for (const message of messages) {
      if (!this.#subscriptions.has(subscription.id)) return;
      try {
        subscription.callback(message);
      } catch (error) {
        (this.#options.onCallbackError ?? console.error)(error);
      }
    }
  }

  /** @param {Subscription} subscription */
  #reportGap(subscription) {
    const { lostAt, destination, id, lostBy } = subscription;
    if (lostAt === null) return;
    subscription.lostAt = null;
    this.#options.onPossibleGap?.({ destination, id, reason: lostBy, millis: this.#world.now() - lostAt });
  }

  /** @param {Subscription} subscription */
  #unsubscribe(subscription) {
    if (!this.#subscriptions.delete(subscription.id)) return;
    const { takeover, stream } = subscription;
    if (takeover) {
      takeover.abandon();
      takeover.to.end();
    }
    stream?.end();
    this.#goOn();
  }

  // --- moving ---

  /** @param {Link} link */
  #toldToMove(link) {
    if (link !== this.#home || this.#next) return; // the second one is told: it is left as soon as it is the first
    this.#moveAttempts = 0;
    this.#moveLater(link);
  }

  /** @param {Link | null} home */
  #moveLater(home) {
    const millis = home?.moveAfterMillis ?? null;
    if (millis !== null) this.#timers.after(millis, () => this.#openNext());
  }

  #openNext() {
    if (!this.#home || this.#home.moveAfterMillis === null || this.#next) return;
    this.#next = this.#connect({
      opened: (link) => {
        if (link === this.#first) {
          this.#first = null;
          this.#settle(link);
        } else {
          this.#moveBegan = this.#world.now();
          this.#moved = 0;
          this.#goOn();
        }
      },
      lost: (link, loss) => this.#lost(link, loss),
    });
  }

  #takeovers() {
    let found = 0;
    for (const { takeover } of this.#subscriptions.values()) if (takeover) found++;
    return found;
  }

  /** Takes over what is still to be taken over, and ends the move when that is nothing. */
  #goOn() {
    const next = this.#next;
    if (!next?.isOpen) return;
    let room = this.#options.parallel - this.#takeovers();
    let open = false;
    for (const subscription of this.#subscriptions.values()) {
      if (subscription.takeover) open = true;
      else if (this.#home && subscription.stream?.link === this.#home) {
        if (!next.hasMarks) {
          this.#goOver(subscription, next);
          continue;
        }
        open = true;
        if (room-- <= 0) break;
        this.#takeOver(subscription, subscription.stream, next);
      }
    }
    if (!open) this.#finishMove(next);
  }

  /** To a gateway without marks: not before the old subscription has ended, or messages would come twice. @param {Subscription} subscription @param {Link} next */
  #goOver(subscription, next) {
    subscription.stream?.end();
    subscription.lostAt = this.#world.now();
    subscription.lostBy = 'the other gateway has no marks';
    this.#subscribeOn(next, subscription);
  }

  /** @param {Subscription} subscription @param {Stream | null} from @param {Link} link */
  #takeOver(subscription, from, link) {
    const { destination } = subscription;
    const what = { from, destination, ask: (/** @type {() => void} */ ready) => this.#ask(link, subscription, ready) };
    /** @type {Takeover} */
    const takeover = new Takeover(what, this.#options, this.#timers, {
      deliver: (messages) => this.#deliver(subscription, messages),
      nextMark: () => (this.#mark = (this.#mark % 999_999_999) + 1),
      stuck: () => this.#stuck(takeover, destination),
      over: (messages, gap) => {
        subscription.takeover = null;
        subscription.stream = takeover.to;
        if (from) this.#moved++;
        this.#deliver(subscription, messages);
        if (gap) this.#reportGap(subscription);
        subscription.lostAt = null;
        this.#goOn();
      },
    });
    subscription.takeover = takeover;
  }

  /** As long as the new connection delivers nothing and the old one everything, another gateway is tried. @param {Takeover} takeover @param {string} destination */
  #stuck(takeover, destination) {
    const { link } = takeover.to;
    if (link !== this.#next || this.#moved > 0) return false;
    link.kill();
    const reason = `the takeover of ${destination} was not done in time`;
    this.#nextLost(link, { code: 1006, reason, retryAfterMillis: undefined });
    return true;
  }

  /** Everything is taken over: the old connection ends, and then the new one sends. @param {Link} next */
  #finishMove(next) {
    const old = /** @type {Link} */ (this.#home); // were it gone, there would be no second one
    this.#home = next;
    this.#next = null;
    this.#moveAttempts = 0;
    const subscriptions = this.#moved;
    const began = this.#moveBegan;
    // A message by the new gateway could overtake one that the old gateway has not handed on yet.
    this.#sender.hold();
    this.#leaving.add(old);
    let ended = false;
    const end = () => {
      if (ended) return;
      ended = true;
      this.#timers.cancel(timer);
      if (!this.#leaving.delete(old)) return; // deactivated meanwhile
      if (this.#leaving.size === 0) this.#sender.release();
      this.#options.onMoved?.({ subscriptions, millis: this.#world.now() - began });
      this.#moveLater(this.#home);
    };
    const timer = this.#timers.after(this.#options.leaveTimeout, () => {
      old.kill();
      end();
    });
    old.leave().then(end, end);
  }

  /** The old connection ended before everything was taken over. @param {Link} old @param {import('./link.js').Loss} loss */
  #lostWhileMoving(old, loss) {
    const next = /** @type {Link} */ (this.#next);
    this.#home = next;
    this.#next = null;
    const now = this.#world.now();
    for (const subscription of [...this.#subscriptions.values()]) {
      const { takeover, stream } = subscription;
      if (takeover?.to.link === old) {
        // It was lost before, and had not begun to deliver again.
        subscription.takeover = null;
        takeover.abandon();
        this.#subscribeOn(next, subscription);
        continue;
      }
      if (stream?.link !== old) continue;
      subscription.lostAt ??= now;
      subscription.lostBy = `the connection ended (${loss.code}) before its takeover`;
      if (takeover) takeover.fromLost();
      else this.#subscribeOn(next, subscription);
    }
    this.#sender.release();
    this.#moveLater(next);
  }

  /** The second connection ended: the first goes on with everything. @param {Link} next @param {import('./link.js').Loss} loss */
  #nextLost(next, loss) {
    this.#next = null;
    this.#markLost(next, loss);
    for (const subscription of [...this.#subscriptions.values()]) {
      if (!subscription.stream && !subscription.takeover && this.#home) this.#subscribeOn(this.#home, subscription);
    }
    const { reconnectDelay, maxReconnectDelay } = this.#options;
    const backoff = Math.min(maxReconnectDelay, (reconnectDelay / 4) * 2 ** Math.min(this.#moveAttempts++, 20));
    this.#timers.after(loss.retryAfterMillis ?? backoff * (0.5 + this.#world.random()), () => this.#openNext());
  }
}
