import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HpoError } from '../base/errors.ts';
import type { JsonValue } from '../base/json.ts';
import { isWholeNumber } from '../base/option-checks.ts';
import { htmlPage } from '../report/page.ts';
import { PAGE_STYLE } from '../report/page-style.ts';
import { Gate } from './gate.ts';
import type { NoteEdit, PageData, PageOrder } from './live-data.ts';
import type { LiveFeed } from './live-feed.ts';
import { LIVE_STYLE } from './live-style.ts';

const ADDRESS = '127.0.0.1';
/** The longest body of a request, in bytes. */
const MOST_BYTES = 500_000;

/** The parts of a {@link LiveServer}. */
export interface LiveServerOptions {
  /** The page's script. */
  readonly script: string;
  /** Carries out an order to the run; undefined where there is no run of one's own. An error is shown on the page. */
  readonly onOrder?: ((order: PageOrder) => void | Promise<void>) | undefined;
}

/** The content of a server's pages. */
export interface LiveContent {
  readonly feed: LiveFeed;
  readonly storageLabel: string;
  /** The study that the first page shows; undefined for the list of all. */
  readonly study?: string | undefined;
}

/** An answer to a request. */
interface Answer {
  readonly status: number;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Serves the live page to browsers of this machine: on the loopback device alone, and only to requests that show a token
 * that is drawn for each server.
 */
export class LiveServer {
  readonly #options: LiveServerOptions;
  readonly #token = randomBytes(24).toString('base64url');
  readonly #gate = new Gate(this.#token);
  readonly #server: Server;
  #content: LiveContent | undefined;

  private constructor(options: LiveServerOptions) {
    this.#options = options;
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  /**
   * Starts a server.
   * @param port 0 for any free one.
   * @throws HpoError HPO_INVALID_ARGUMENT where the port is in use or may not be used.
   */
  static async start(port: number, options: LiveServerOptions): Promise<LiveServer> {
    const live = new LiveServer(options);
    await new Promise<void>((resolve, reject) => {
      // Later ones are of single connections, as where the process has too many files open: those are not served.
      live.#server.on('error', (error: NodeJS.ErrnoException) => reject(portProblem(port, error)));
      live.#server.listen(port, ADDRESS, resolve);
    });
    return live;
  }

  /** The address to open in a browser, with the token. */
  get url(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `http://${ADDRESS}:${port}/?${new URLSearchParams({ token: this.#token })}`;
  }

  /** Shows this from now on. Before, pages say that it is yet to come. */
  show(content: LiveContent): void {
    this.#content = content;
  }

  /** Ends at once, with all connections. @param reason for the pages to show, which get the last changes before. */
  async close(reason?: string): Promise<void> {
    await this.#content?.feed.close(reason);
    this.#server.close();
    // What was sent last is still to be taken.
    if (reason !== undefined) await new Promise((resolve) => setTimeout(resolve, LAST_MS));
    this.#server.closeAllConnections();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
    let answer: Answer | undefined;
    try {
      answer = await this.#answerTo(request, response);
    } catch (error) {
      const isKnown = HpoError.is(error);
      answer = { status: isKnown ? 409 : 500, body: error instanceof Error ? error.message : String(error) };
    }
    if (answer === undefined || response.headersSent || response.destroyed) return;
    const { status, body = '', headers = {} } = answer;
    response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', ...headers });
    response.end(request.method === 'HEAD' ? undefined : body);
  }

  /** The answer to a request; undefined for one that goes on. */
  async #answerTo(request: IncomingMessage, response: ServerResponse): Promise<Answer | undefined> {
    const url = urlOf(request);
    if (url === undefined) return { status: 400, body: 'The address cannot be read.' };
    const refusal = this.#gate.refusal(request, url);
    if (refusal !== undefined) return { status: 403, body: refusal };
    const content = this.#content;
    if (content === undefined) return { ...SOON };
    const isPage = url.pathname === '/' || url.pathname === '/studies';
    const method = request.method === 'HEAD' && isPage ? 'GET' : request.method;
    const study = url.searchParams.get('study');
    switch (`${method} ${url.pathname}`) {
      case 'GET /':
        return this.#page(content, study ?? content.study ?? null);
      case 'GET /studies':
        return this.#page(content, null);
      case 'GET /events':
        content.feed.channel(study).join(response, lastIdOf(request, url));
        content.feed.look();
        return undefined;
      case 'POST /order':
        return this.#order(content, await bodyOf(request));
      case 'POST /note':
        return note(content, await bodyOf(request));
      default: {
        const isKnown = isPage || ['/events', '/order', '/note'].includes(url.pathname);
        return isKnown ? { status: 405, body: 'This cannot be done here.' } : { status: 404, body: 'Nothing is here.' };
      }
    }
  }

  #page({ storageLabel }: LiveContent, study: string | null): Answer {
    const data: PageData = { token: this.#token, study, storageLabel };
    const { html, policy } = htmlPage({
      title: `${study ?? storageLabel} · hpo`,
      data: data as unknown as JsonValue,
      script: this.#options.script,
      style: PAGE_STYLE + LIVE_STYLE,
      head: ['<link rel="icon" href="data:,">'], // else browsers ask for one
      noScript: 'This page is drawn with JavaScript, which is switched off.',
    });
    const policies = `${policy}; connect-src 'self'; frame-ancestors 'none'`;
    return {
      status: 200,
      body: html,
      headers: { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': policies },
    };
  }

  async #order({ feed }: LiveContent, body: unknown): Promise<Answer> {
    const { onOrder } = this.#options;
    if (onOrder === undefined)
      return { status: 409, body: 'The study runs in another process: here it is only watched.' };
    if (!isOrder(body)) return { status: 400, body: 'This is no order.' };
    await onOrder(body);
    feed.runChanged();
    return { status: 204 };
  }
}

async function note({ feed }: LiveContent, body: unknown): Promise<Answer> {
  if (!isNoteEdit(body)) return { status: 400, body: 'This is no note.' };
  await feed.edit(body);
  return { status: 204 };
}

/** The time for which an end waits, so that pages get the last changes; in milliseconds. */
const LAST_MS = 100;

/** The answer before there is a study to show: browsers ask again after a second. */
const SOON: Answer = { status: 503, body: 'The study is being opened.', headers: { refresh: '1' } };

const HEADERS: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

function urlOf({ url = '/' }: IncomingMessage): URL | undefined {
  try {
    return new URL(url, `http://${ADDRESS}`);
  } catch {
    return undefined;
  }
}

/** The id of the last event that a page got: browsers show it in a header, and a page that connects anew in the URL. */
function lastIdOf({ headers }: IncomingMessage, url: URL): string | undefined {
  return [headers['last-event-id']].flat()[0] ?? url.searchParams.get('last') ?? undefined;
}

/** The JSON in the body of a request; undefined for anything else, and for a body that is too long. */
async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length <= MOST_BYTES) chunks.push(chunk);
  }
  if (length > MOST_BYTES) return undefined;
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    return undefined;
  }
}

function isOrder(value: unknown): value is PageOrder {
  if (typeof value !== 'object' || value === null) return false;
  const order = value as Partial<Record<string, unknown>>;
  switch (order.type) {
    case 'prune':
      return isWholeNumber(order.trial, 0);
    case 'pause':
      return typeof order.paused === 'boolean';
    case 'target':
      return isWholeNumber(order.target, 1);
    case 'export':
    case 'interrupt':
      return true;
    default:
      return false;
  }
}

function isNoteEdit(value: unknown): value is NoteEdit {
  if (typeof value !== 'object' || value === null) return false;
  const { study, trial, version, body } = value as Partial<Record<string, unknown>>;
  const isTrial = trial === null || isWholeNumber(trial, 0);
  return typeof study === 'string' && isTrial && isWholeNumber(version, 1) && typeof body === 'string';
}

function portProblem(port: number, error: NodeJS.ErrnoException): unknown {
  const why = PORT_PROBLEMS[error.code ?? ''];
  if (why === undefined) return error;
  const mend = 'give another one, or leave --port out for a free one';
  return new HpoError('HPO_INVALID_ARGUMENT', `--port ${port}: ${why}; ${mend}.`, { cause: error });
}

const PORT_PROBLEMS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program uses this port',
  EACCES: 'this user may not use this port',
};
