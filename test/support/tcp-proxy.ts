import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterFile } from './after-file.ts';

/**
 * The state of a network: `open`; `refused`, where nobody answers and open connections are reset; `silent`, where nothing
 * arrives any more and no end is heard of, as behind a cable that was pulled.
 */
type State = 'open' | 'refused' | 'silent';

/** A network between a program and a server on this machine, whose faults a test makes. It ends with the file. */
export class TcpProxy {
  readonly #server: Server;
  readonly #target: number;
  readonly #wires = new Set<Wire>();
  #port = 0;
  #state: State = 'open';

  /** The time that everything takes in each direction, in milliseconds. */
  delayMs = 0;
  /**
   * The text at which the next connection breaks that carries it to the server: `before` the server has it, or `after`, so
   * that the server does what it says and nobody hears of that. `silent` is a client that stands still once it has sent
   * it: nothing passes any more until the network is `open` again. `kept` is `before` on a network that delivers what it has
   * taken after all, by {@link deliver}. Undefined once it has happened.
   */
  cut: { readonly at: string; readonly when: 'before' | 'after' | 'silent' | 'kept' } | undefined;
  /** How often the server has answered to what was sent since its answer before. */
  roundTrips = 0;

  private constructor(target: number) {
    this.#target = target;
    // Half-open connections, so that a `silent` network hides their ends, too.
    this.#server = createServer({ allowHalfOpen: true }, (socket) => this.#accept(socket));
  }

  /** Listens on a free port of the loopback device. @param target the port of the server. */
  static async start(target: number): Promise<TcpProxy> {
    const proxy = new TcpProxy(target);
    await proxy.#listen();
    afterFile(() => void proxy.#stop());
    return proxy;
  }

  get port(): number {
    return this.#port;
  }

  /** A URL of the server, through the proxy. */
  through(url: string): string {
    const changed = new URL(url);
    changed.port = String(this.#port);
    return changed.href;
  }

  /** The number of open connections. */
  get connections(): number {
    return this.#wires.size;
  }

  /** The number of messages that wait until the network is `open` again. */
  get held(): number {
    return [...this.#wires].reduce((sum, wire) => sum + wire.heldCount, 0);
  }

  /** Gives the server what was `kept`. @returns that, once the server has answered. */
  async deliver(): Promise<string> {
    const wire = [...this.#wires].find(({ kept }) => kept !== undefined);
    if (wire === undefined) throw new Error('nothing was kept');
    return wire.deliver();
  }

  async set(state: State): Promise<void> {
    const before = this.#state;
    this.#state = state;
    if (state === 'refused') await this.#stop();
    else if (before === 'refused') await this.#listen();
    for (const wire of this.#wires) wire.isHeld = state === 'silent';
  }

  #listen(): Promise<void> {
    return new Promise((listening) => {
      this.#server.listen(this.#port, '127.0.0.1', () => {
        this.#port = (this.#server.address() as AddressInfo).port;
        listening();
      });
    });
  }

  async #stop(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = new Promise((done) => this.#server.close(done));
    for (const wire of this.#wires) wire.reset();
    await closed;
  }

  #accept(socket: Socket): void {
    const wire = new Wire(socket, this.#target, () => this.delayMs);
    wire.onRoundTrip = () => this.roundTrips++;
    wire.breaksAt = (chunk) => {
      const { at, when } = this.cut ?? { at: undefined };
      if (at === undefined || !chunk.includes(at)) return undefined;
      this.cut = undefined;
      if (when !== 'silent') return when;
      setImmediate(() => {
        wire.isHeld = true; // the server has been given the chunk by then
      });
      return undefined;
    };
    wire.isHeld = this.#state === 'silent';
    this.#wires.add(wire);
    wire.onEnd = () => this.#wires.delete(wire);
  }
}

/** A connection and its continuation to the server. */
class Wire {
  readonly #ends: readonly [Socket, Socket];
  readonly #delayMs: () => number;
  /** What waits until the network is whole again. */
  readonly #held: (() => void)[] = [];
  #isHeld = false;
  #isAsked = false;
  onEnd: () => void = () => {};
  onRoundTrip: () => void = () => {};
  /** Whether the connection breaks at something that the client says. */
  breaksAt: (chunk: Buffer) => 'before' | 'after' | 'kept' | undefined = () => undefined;
  /** What the server has not been given. */
  kept: Buffer | undefined;

  constructor(client: Socket, port: number, delayMs: () => number) {
    const server = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    this.#ends = [client, server];
    this.#delayMs = delayMs;
    client.on('data', () => {
      this.#isAsked = true;
    });
    server.on('data', () => {
      if (this.#isAsked) this.onRoundTrip();
      this.#isAsked = false;
    });
    this.#join(client, server);
    this.#join(server, client);
  }

  set isHeld(held: boolean) {
    this.#isHeld = held;
    if (!held) for (const act of this.#held.splice(0)) act();
  }

  get heldCount(): number {
    return this.#held.length;
  }

  async deliver(): Promise<string> {
    const [, server] = this.#ends;
    const { kept = Buffer.of() } = this;
    this.kept = undefined;
    server.removeAllListeners('data'); // the client is gone
    server.write(kept);
    await once(server, 'data');
    server.end();
    return kept.toString('latin1');
  }

  reset(): void {
    for (const socket of this.#ends) socket.resetAndDestroy();
  }

  #join(from: Socket, to: Socket): void {
    from.setNoDelay(true);
    from.on('data', (chunk) => {
      const broken = from === this.#ends[0] ? this.breaksAt(chunk) : undefined;
      if (broken === 'kept') this.kept = chunk;
      else if (broken !== 'before') this.#pass(() => to.write(chunk));
      if (broken !== undefined) from.resetAndDestroy();
      if (broken !== undefined && broken !== 'kept') to.end(); // the server hears of it when it has read all
    });
    from.on('end', () => this.#pass(() => to.end()));
    from.on('error', () => this.#pass(() => to.resetAndDestroy()));
    from.on('close', () => this.#ends.every(({ destroyed }) => destroyed) && this.onEnd());
  }

  /** Does what happens at the other end, later, in the order in which it began. */
  #pass(act: () => void): void {
    const arrive = () => {
      if (this.#isHeld) this.#held.push(act);
      else act();
    };
    const delayMs = this.#delayMs();
    if (delayMs > 0) setTimeout(arrive, delayMs);
    else arrive();
  }
}
