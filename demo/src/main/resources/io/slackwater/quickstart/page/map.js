const DELAY = 250; // ms behind, so that there is nearly always a next position to glide to
const TRAIL = 12;
const MARGIN = 26;
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

/** A town, and friends that glide through it. Positions are 0 to 1 in both directions. */
export class TownMap {
  #canvas;
  #context;
  #town = document.createElement('canvas');
  #friends = new Map();
  #rings = [];
  #colours = {};

  /** @param {HTMLCanvasElement} canvas */
  constructor(canvas) {
    this.#canvas = canvas;
    this.#context = canvas.getContext('2d');
    new ResizeObserver(() => this.#resize()).observe(canvas);
    addEventListener('resize', () => this.#resize()); // also when only the pixels have another size
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.#resize());
    this.#resize();
    requestAnimationFrame((now) => this.#frame(now));
  }

  /** @param {string} id @param {string} name @param {number} hue */
  add(id, name, hue) {
    this.#friends.set(id, { name, hue, points: [], bad: false });
  }

  /** @param {string} id @param {number} x @param {number} y @param {boolean} bad */
  place(id, x, y, bad) {
    const friend = this.#friends.get(id);
    friend.bad = bad;
    friend.points.push({ x, y, at: performance.now() });
    if (friend.points.length > TRAIL) friend.points.shift();
  }

  /** A ring around everybody: their messages come from another gateway now. */
  ripple() {
    this.#rings.push(performance.now());
  }

  #resize() {
    const ratio = Math.min(2, devicePixelRatio);
    const { width, height } = this.#canvas.getBoundingClientRect();
    for (const canvas of [this.#canvas, this.#town]) {
      canvas.width = Math.max(1, Math.round(width * ratio));
      canvas.height = Math.max(1, Math.round(height * ratio));
      canvas.getContext('2d').setTransform(ratio, 0, 0, ratio, 0, 0);
    }
    for (const name of ['land', 'block', 'park', 'water', 'road', 'avenue', 'label', 'halo', 'bad', 'accent']) {
      this.#colours[name] = colour(name);
    }
    drawTown(this.#town.getContext('2d'), width, height, this.#colours);
  }

  #frame(now) {
    const { width, height } = this.#canvas.getBoundingClientRect();
    const context = this.#context;
    context.drawImage(this.#town, 0, 0, width, height);
    this.#rings = this.#rings.filter((began) => now - began < 1_400);
    const at = ({ x, y }) => [MARGIN + x * (width - 2 * MARGIN), MARGIN + y * (height - 2 * MARGIN)];
    for (const friend of this.#friends.values()) {
      const here = glide(friend.points, now - DELAY);
      if (!here) continue;
      this.#trail(friend, here, now - DELAY, at);
      this.#dot(friend, ...at(here), now, width < 520);
    }
    requestAnimationFrame((next) => this.#frame(next));
  }

  #trail({ points, hue, bad }, here, then, at) {
    const context = this.#context;
    const behind = points.filter((point) => point.at < then).slice(-8);
    if (behind.length < 2) return;
    context.beginPath();
    for (const point of behind) context.lineTo(...at(point));
    context.lineTo(...at(here));
    context.strokeStyle = bad ? this.#colours.bad : `hsl(${hue} 65% 50% / 45%)`;
    context.lineWidth = 3;
    context.lineCap = context.lineJoin = 'round';
    context.stroke();
  }

  #dot({ name, hue, bad }, x, y, now, small) {
    const context = this.#context;
    const radius = (small ? 9 : 12) + (bad ? 4 : 0);
    const fill = bad ? this.#colours.bad : `hsl(${hue} 62% 42%)`;
    for (const began of this.#rings) {
      const age = (now - began) / 1_400;
      context.beginPath();
      context.arc(x, y, radius + age * 26, 0, 2 * Math.PI);
      context.globalAlpha = 1 - age;
      context.strokeStyle = this.#colours.accent;
      context.lineWidth = 3;
      context.stroke();
      context.globalAlpha = 1;
    }
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.fillStyle = fill;
    context.fill();
    context.lineWidth = 2;
    context.strokeStyle = this.#colours.halo;
    context.stroke();
    context.textAlign = 'center';
    context.textBaseline = 'middle';
    context.font = `600 ${small ? 9 : 11}px system-ui, sans-serif`;
    context.fillStyle = '#fff';
    context.fillText(bad ? '!' : name.slice(0, 2), x, y + 0.5);
    if (small) return;
    context.font = '500 11px system-ui, sans-serif';
    context.lineWidth = 3;
    context.strokeText(name, x, y + radius + 9);
    context.fillStyle = bad ? this.#colours.bad : this.#colours.label;
    context.fillText(name, x, y + radius + 9);
  }
}

/** Where somebody is at a time between two of the points. @param {Array<{x: number, y: number, at: number}>} points @param {number} then */
function glide(points, then) {
  let before = points[0];
  if (!before) return null;
  for (const point of points) {
    if (point.at > then) {
      const share = point.at === before.at ? 1 : Math.max(0, (then - before.at) / (point.at - before.at));
      return { x: before.x + (point.x - before.x) * share, y: before.y + (point.y - before.y) * share };
    }
    before = point;
  }
  return before;
}

/** Blocks between streets, two avenues, three parks and a river. */
function drawTown(context, width, height, colours) {
  context.fillStyle = colours.block;
  context.fillRect(0, 0, width, height);
  const step = Math.max(54, Math.min(92, width / 11));
  const along = (path, style, thick) => {
    context.beginPath();
    path();
    context.strokeStyle = style;
    context.lineWidth = thick;
    context.lineCap = 'round';
    context.stroke();
  };
  context.fillStyle = colours.land;
  for (let row = 0, y = -step / 2; y < height; row++, y += step * 0.8) {
    for (let x = (row % 2) * step * 0.35 - step; x < width; x += step * 1.4) context.fillRect(x, y, step * 0.7, step * 0.8);
  }
  context.fillStyle = colours.park;
  for (const [x, y, w, h] of [[0.06, 0.1, 0.2, 0.2], [0.66, 0.08, 0.16, 0.26], [0.4, 0.72, 0.24, 0.2]]) {
    context.beginPath();
    context.roundRect(x * width, y * height, w * width, h * height, 18);
    context.fill();
  }
  for (let y = step * 0.3; y < height; y += step * 0.8) along(() => (context.moveTo(0, y), context.lineTo(width, y + 14)), colours.road, 5);
  for (let x = step * 0.5; x < width; x += step) along(() => (context.moveTo(x, 0), context.lineTo(x - 18, height)), colours.road, 5);
  along(() => {
    context.moveTo(-20, height * 0.62);
    context.bezierCurveTo(width * 0.3, height * 0.36, width * 0.55, height * 0.82, width + 20, height * 0.44);
  }, colours.water, Math.max(26, height * 0.075));
  along(() => (context.moveTo(width * 0.31, -10), context.lineTo(width * 0.36, height + 10)), colours.avenue, 11);
  along(() => (context.moveTo(-10, height * 0.3), context.bezierCurveTo(width * 0.4, height * 0.22, width * 0.7, height * 0.5, width + 10, height * 0.72)), colours.avenue, 11);
}
