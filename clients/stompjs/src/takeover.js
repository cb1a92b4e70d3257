import { Splice } from './splice.js';

/**
 * @typedef {import('@stomp/stompjs').IMessage} Message
 *
 * @typedef {object} Stream one SUBSCRIBE of one connection
 * @property {import('./link.js').Link} link
 * @property {() => void} end
 *
 * @typedef {object} Hooks
 * @property {(messages: Message[]) => void} deliver
 * @property {(messages: Message[], gap: boolean) => void} over the new stream delivers from now on, after these
 * @property {() => boolean} stuck no mark has come, however often; true if the takeover was abandoned for it
 * @property {() => number} nextMark a number that no mark of this client has had
 */

/** One subscription on its way from one stream to another: sets marks until one of them was seen on both. */
export class Takeover {
  /** @type {Splice<Message>} */
  #splice;
  #destination;
  #options;
  #timers;
  #hooks;
  /** @type {unknown} */
  #timer;
  #marks = 0;

  /** @type {Stream | null} null when it is lost: the new one delivers from the first mark on, so that nothing comes twice */
  from;
  /** @type {Stream} */
  to;

  /**
   * @param {{from: Stream | null, ask: (ready: () => void) => Stream, destination: string}} what
   * @param {{maxHeld: number, markTimeout: number, maxMarks: number}} options
   * @param {import('./timers.js').Timers} timers
   * @param {Hooks} hooks
   */
  constructor({ from, ask, destination }, options, timers, hooks) {
    this.#splice = new Splice(options.maxHeld);
    this.#destination = destination;
    this.#options = options;
    this.#timers = timers;
    this.#hooks = hooks;
    this.from = from;
    this.to = ask(() => this.#setMark());
    if (!from) this.#splice.oldGone();
    this.#wait();
  }

  /** @param {Stream} stream @param {Message} message */
  message(stream, message) {
    if (stream === this.from) this.#hooks.deliver(this.#splice.fromOld(message));
    else if (stream === this.to) this.#hooks.deliver(this.#splice.fromNew(message));
    if (this.#splice.overflowed) this.#setMark();
  }

  /** @param {Stream} stream @param {number} mark */
  mark(stream, mark) {
    if (stream === this.from) this.#advance(this.#splice.markOnOld(mark));
    else if (stream === this.to) this.#advance(this.#splice.markOnNew(mark));
  }

  /** The old stream has ended. */
  fromLost() {
    this.#advance(this.#splice.oldGone());
  }

  /** The new stream has ended, or is not wanted: the old one goes on. */
  abandon() {
    this.#timers.cancel(this.#timer);
    this.#hooks.deliver(this.#splice.newGone());
  }

  #wait() {
    this.#timers.cancel(this.#timer);
    this.#timer = this.#timers.after(this.#options.markTimeout, () => this.#late());
  }

  #setMark() {
    if (this.#splice.done) return;
    this.#marks++;
    const mark = this.#hooks.nextMark();
    this.#splice.expect(mark);
    this.#wait();
    this.to.link.setMark(this.#destination, mark);
  }

  #late() {
    const enough = this.#marks >= this.#options.maxMarks;
    if (this.from && (enough || this.#marks === 0) && this.#hooks.stuck()) return;
    if (this.#marks === 0) this.#wait(); // the tier has not confirmed yet
    else if (!enough || this.from?.link.isOpen) this.#setMark(); // as long as the old one delivers there is time
    else this.#advance(this.#splice.giveUp());
  }

  /** @param {Message[]} messages */
  #advance(messages) {
    if (!this.#splice.done) {
      this.#hooks.deliver(messages);
      return;
    }
    this.#timers.cancel(this.#timer);
    this.from?.end();
    this.#hooks.over(messages, this.#splice.gap);
  }
}
