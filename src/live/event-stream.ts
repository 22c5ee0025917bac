import type { ServerResponse } from 'node:http';

/** The time after which a browser tries again when the connection is lost, in milliseconds. */
const RETRY_MS = 1_000;

/** Server-sent events to one page. */
export class EventStream {
  readonly #response: ServerResponse;
  #isClogged = false;

  /** @param onDrain called when the reader has taken what had been held up. */
  constructor(response: ServerResponse, onDrain: () => void) {
    this.#response = response;
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
    response.on('drain', () => {
      this.#isClogged = false;
      onDrain();
    });
    response.on('error', () => {}); // it is closed then
    this.#write(`retry: ${RETRY_MS}\n\n`);
  }

  /** Whether the reader has yet to take what was written; anything further would be kept in memory. */
  get isClogged(): boolean {
    return this.#isClogged;
  }

  /** Sends an event. @param data text in one line. @param id what the browser shows when it connects again. */
  send(id: string, data: string): void {
    this.#write(`id: ${id}\ndata: ${data}\n\n`);
  }

  /** Sends a comment, by which a connection that is dead is noticed. */
  beat(): void {
    if (!this.#isClogged) this.#write(':\n\n');
  }

  /** Ends the stream after what was sent. */
  end(): void {
    this.#response.end();
  }

  #write(text: string): void {
    if (this.#response.writableEnded || this.#response.destroyed) return;
    if (!this.#response.write(text)) this.#isClogged = true;
  }
}
