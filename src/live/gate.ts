import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** The names of this machine's loopback device: a page of another name that was bent to it gets nothing. */
const OWN_HOST = /^(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?$/i;

/** The header in which requests that change something show the token. */
export const TOKEN_HEADER = 'x-hpo-token';

/** Lets in requests that show the token, and were made to this machine by its own name. */
export class Gate {
  readonly #token: Buffer;

  constructor(token: string) {
    this.#token = digest(token);
  }

  /**
   * The reason to refuse a request, for people; undefined where it may pass.
   *
   * A request that reads shows the token in its URL, as browsers open it; one that changes something shows it in a
   * header, which no form and no link of another page can do.
   */
  refusal({ headers, method }: IncomingMessage, url: URL): string | undefined {
    const { host = '', origin } = headers;
    if (!OWN_HOST.test(host)) return 'This address is not served here.';
    const reads = method === 'GET' || method === 'HEAD';
    if (origin !== undefined && origin !== `http://${host}`) return 'Requests of other pages are not served.';
    const shown = reads ? url.searchParams.get('token') : headers[TOKEN_HEADER];
    if (typeof shown === 'string' && timingSafeEqual(digest(shown), this.#token)) return undefined;
    return 'The token is wrong or missing: open the address that hpo has printed.';
  }
}

/** A digest of the same length for every text, so that comparing takes the same time for all. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
