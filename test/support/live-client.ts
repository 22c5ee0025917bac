import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import { parsePythonJson } from '../../src/base/json.ts';
import type { LiveMessage } from '../../src/live/live-data.ts';

/** An answer to a request, whole. */
export interface Answered {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface RequestOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

function start(url: string, { method = 'GET', headers = {}, body }: RequestOptions): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request(url, { method, headers }, resolve).on('error', reject).end(body);
  });
}

/** Makes a request with any headers, the `host` included. */
export async function ask(url: string, options: RequestOptions = {}): Promise<Answered> {
  const response = await start(url, options);
  let body = '';
  for await (const chunk of response.setEncoding('utf8')) body += chunk;
  return { status: response.statusCode ?? 0, headers: response.headers, body };
}

/** A reader of a live page's events. */
export class LiveReader {
  readonly messages: LiveMessage[] = [];
  /** The id of the last event. */
  lastId = '';
  /** Whether the server has ended the connection. */
  hasEnded = false;
  readonly #response: IncomingMessage;
  readonly #checks = new Set<() => void>();

  private constructor(response: IncomingMessage) {
    this.#response = response;
    let text = '';
    response.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      const events = text.split('\n\n');
      text = events.pop() ?? '';
      for (const event of events) this.#take(event);
    });
    const end = () => {
      this.hasEnded = true;
      this.#check();
    };
    response.on('end', end).on('error', end).on('close', end);
  }

  /** @param url the address that hpo prints. @param lastId the id of the last event of an earlier reader. */
  static async open(url: string, study?: string, lastId?: string): Promise<LiveReader> {
    const events = new URL(url);
    events.pathname = '/events';
    if (study !== undefined) events.searchParams.set('study', study);
    const response = await start(events.href, lastId === undefined ? {} : { headers: { 'last-event-id': lastId } });
    if (response.statusCode !== 200) throw new Error(`The events answer ${response.statusCode}`);
    return new LiveReader(response);
  }

  /** Waits for a message, among those so far or later; fails when the connection ends without it. */
  until<K extends LiveMessage['kind']>(
    kind: K,
    matches: (message: Extract<LiveMessage, { kind: K }>) => boolean = () => true,
  ): Promise<Extract<LiveMessage, { kind: K }>> {
    type Wanted = Extract<LiveMessage, { kind: K }>;
    return new Promise((resolve, reject) => {
      const check = () => {
        const found = this.messages.find((each): each is Wanted => each.kind === kind && matches(each as Wanted));
        if (found === undefined && !this.hasEnded) return;
        this.#checks.delete(check);
        if (found !== undefined) resolve(found);
        else reject(new Error(`The connection ended without ${kind}`));
      };
      this.#checks.add(check);
      check();
    });
  }

  /** Stops reading: what is sent is no longer taken. */
  pause(): void {
    this.#response.pause();
  }

  resume(): void {
    this.#response.resume();
  }

  close(): void {
    this.#response.destroy();
  }

  #take(event: string): void {
    for (const line of event.split('\n')) {
      if (line.startsWith('id: ')) this.lastId = line.slice(4);
      if (line.startsWith('data: ')) this.messages.push(parsePythonJson(line.slice(6)) as unknown as LiveMessage);
    }
    this.#check();
  }

  #check(): void {
    for (const check of this.#checks) check();
  }
}
