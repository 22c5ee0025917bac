import { HpoError } from '../../base/errors.ts';
import { isDiskFailure } from '../../base/file-problem.ts';
import { shown } from '../../base/option-checks.ts';
import { type Failure, failureOf } from '../../study/trial/outcome.ts';

/** Methods by name: each takes one value and returns another. */
export type Methods<M> = { readonly [K in keyof M]: (argument: never) => unknown };

type ArgumentOf<F> = F extends (argument: infer A) => unknown ? A : never;
type AnswerOf<F> = F extends (argument: never) => infer R ? Awaited<R> : never;

/** The functions by which one side answers the other's requests. */
export type Handlers<M extends Methods<M>> = {
  readonly [K in keyof M]: (argument: ArgumentOf<M[K]>) => AnswerOf<M[K]> | Promise<AnswerOf<M[K]>>;
};

/** One end of a forked process's message channel, as Node has it. */
export interface Port {
  send(message: unknown, callback: (error: Error | null) => void): unknown;
  on(event: 'message', listener: (message: unknown) => void): unknown;
}

type Message =
  | { readonly kind: 'request'; readonly id: number; readonly method: string; readonly argument: unknown }
  | { readonly kind: 'answer'; readonly id: number; readonly answer: unknown }
  | { readonly kind: 'refusal'; readonly id: number; readonly failure: RemoteFailure };

/** An error on its way between processes. */
interface RemoteFailure extends Failure {
  /** Set for an {@link HpoError}. */
  readonly code?: string;
  /** Set for an error of the system that says that a disk is full or fails, such as `ENOSPC`. */
  readonly diskCode?: string;
}

interface Pending {
  resolve(answer: unknown): void;
  reject(error: Error): void;
}

/**
 * Typed requests and answers in both directions over a forked process's message channel. Its messages must be
 * structured clones (`serialization: 'advanced'`): as JSON, NaN would become null. Any code may write to the channel
 * (`process.send()`), so messages of other kinds are dropped.
 *
 * @typeParam Local the methods that this side answers; `Remote` those that the other side does.
 */
export class Channel<Local extends Methods<Local>, Remote extends Methods<Remote>> {
  readonly #port: Port;
  readonly #handlers: Handlers<Local>;
  readonly #pending = new Map<number, Pending>();
  /** Undefined once it has been called. */
  #onForeign: ((what: string) => void) | undefined;
  #nextId = 0;
  #closed: Error | undefined;

  /** @param onForeign called with the first message that is dropped, in a few words. */
  constructor(port: Port, handlers: Handlers<Local>, onForeign: (what: string) => void) {
    this.#port = port;
    this.#handlers = handlers;
    this.#onForeign = onForeign;
    port.on('message', (message) => void this.#receive(message));
  }

  /**
   * Sends the other side a request and waits for its answer.
   * @throws the error that the other side threw (an HpoError stays one), or the reason given to {@link close}.
   */
  request<K extends keyof Remote & string>(method: K, argument: ArgumentOf<Remote[K]>): Promise<AnswerOf<Remote[K]>> {
    if (this.#closed !== undefined) return Promise.reject(this.#closed);
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve: resolve as (answer: unknown) => void, reject });
      this.#send({ kind: 'request', id, method, argument });
    });
  }

  /** Rejects all requests that wait for an answer, and every later one. */
  close(reason: Error): void {
    this.#closed ??= reason;
    for (const { reject } of this.#pending.values()) reject(reason);
    this.#pending.clear();
  }

  #send(message: Message): void {
    try {
      this.#port.send(message, () => undefined); // the other side's death shows in its exit, not here
    } catch (error) {
      // A value that cannot be cloned (a function, a tensor) is the sender's mistake; a closed channel shows in the
      // exit.
      if (message.kind === 'answer') this.#send({ kind: 'refusal', id: message.id, failure: toRemote(error) });
      else if (message.kind === 'request') this.#settle(message.id, (pending) => pending.reject(error as Error));
    }
  }

  async #receive(received: unknown): Promise<void> {
    const message = asMessage(received);
    if (message === undefined) this.#drop(shown(received));
    else if (message.kind === 'answer') this.#settle(message.id, (pending) => pending.resolve(message.answer));
    else if (message.kind === 'refusal') {
      this.#settle(message.id, (pending) => pending.reject(fromRemote(message.failure)));
    } else if (Object.hasOwn(this.#handlers, message.method)) {
      const handler = this.#handlers[message.method as keyof Local] as (argument: unknown) => unknown;
      try {
        this.#send({ kind: 'answer', id: message.id, answer: await handler(message.argument) });
      } catch (error) {
        this.#send({ kind: 'refusal', id: message.id, failure: toRemote(error) });
      }
    } else this.#drop(`a request for ${shown(message.method)}`);
  }

  #settle(id: number, settle: (pending: Pending) => void): void {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    if (pending !== undefined) settle(pending);
    else if (this.#closed === undefined) this.#drop('an answer without a request');
  }

  #drop(what: string): void {
    this.#onForeign?.(what);
    this.#onForeign = undefined;
  }
}

/** A message of a channel; undefined for any other value. */
function asMessage(received: unknown): Message | undefined {
  if (typeof received !== 'object' || received === null) return undefined;
  const { kind, id, method, failure } = received as Readonly<Record<string, unknown>>;
  const isWhole =
    kind === 'answer' ||
    (kind === 'request' && typeof method === 'string') ||
    (kind === 'refusal' && typeof failure === 'object' && failure !== null);
  return isWhole && typeof id === 'number' ? (received as Message) : undefined;
}

function toRemote(error: unknown): RemoteFailure {
  const code = HpoError.is(error) ? { code: error.code } : isDiskFailure(error) && { diskCode: error.code };
  return { ...failureOf(error), ...code };
}

function fromRemote({ name, message, stack, code, diskCode }: RemoteFailure): Error {
  const error = code === undefined ? new Error(message) : new HpoError(code as HpoError['code'], message);
  error.name = name;
  if (stack !== undefined) error.stack = stack;
  return diskCode === undefined ? error : Object.assign(error, { code: diskCode });
}
