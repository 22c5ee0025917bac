import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { LiveReader } from '../../test/support/live-client.ts';
import { Channel } from './channel.ts';
import type { LiveMessage } from './live-data.ts';

/** A view that is a number, and a text that makes its messages long. */
class Count extends Channel {
  isBroken = false;
  #count = 0;
  readonly #text: string;

  constructor(length: number) {
    super();
    this.#text = '.'.repeat(length);
  }

  async refresh(): Promise<void> {}

  grow(): void {
    this.#count++;
    this.publish(this.#message(`${this.#count}`));
  }

  protected whole(): LiveMessage {
    if (this.isBroken) throw new RangeError('it is broken');
    return this.#message(`all ${this.#count}`);
  }

  #message(text: string): LiveMessage {
    return { kind: 'trouble', trouble: { kind: 'away', text: text + this.#text } };
  }
}

let channel: Count;
let server: Server;
let url: string;

beforeEach(async () => {
  server = createServer((request, response) => {
    channel.join(response, [request.headers['last-event-id']].flat()[0]);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/?token=`;
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

function shortOf(text = ''): string {
  const end = text.indexOf('.');
  return end < 0 ? text : text.slice(0, end);
}

/** The texts that a reader got, without what makes them long. */
function textsOf(reader: LiveReader): readonly string[] {
  return reader.messages.map((each) => (each.kind === 'trouble' ? shortOf(each.trouble?.text) : ''));
}

function gets(reader: LiveReader, text: string) {
  return reader.until('trouble', ({ trouble }) => shortOf(trouble?.text) === text);
}

it('sends all of the view at first, and then each message once', async () => {
  channel = new Count(0);
  channel.grow();
  const reader = await LiveReader.open(url);
  await gets(reader, 'all 1');
  channel.grow();
  channel.grow();
  await gets(reader, '3');
  expect(textsOf(reader)).toEqual(['all 1', '2', '3']);
  expect(channel.isWatched).toBe(true);
  reader.close();
});

it('sends a reader that comes back what it has missed, while that is kept', async () => {
  channel = new Count(300_000);
  channel.grow();
  const first = await LiveReader.open(url);
  await gets(first, 'all 1');
  first.close();
  for (let count = 0; count < 2; count++) channel.grow();
  const soon = await LiveReader.open(url, undefined, first.lastId);
  await gets(soon, '3');
  expect(textsOf(soon)).toEqual(['2', '3']);
  for (let count = 0; count < 5; count++) channel.grow();
  const late = await LiveReader.open(url, undefined, first.lastId);
  await gets(late, 'all 8');
  expect(textsOf(late)).toEqual(['all 8']);
  for (const reader of [soon, late]) reader.close();
});

it('keeps no messages for a reader that does not read, which gets all of the view when it does', async () => {
  channel = new Count(200_000);
  channel.grow();
  const slow = await LiveReader.open(url);
  await gets(slow, 'all 1');
  slow.pause();
  for (let count = 0; count < 200; count++) {
    channel.grow();
    await new Promise((resolve) => setImmediate(resolve));
  }
  slow.resume();
  await gets(slow, 'all 201');
  expect(slow.messages.length).toBeLessThan(150);
  slow.close();
});

it('says what is wrong with a view that cannot be made, and shows it when it can', async () => {
  channel = new Count(0);
  channel.isBroken = true;
  channel.grow();
  const reader = await LiveReader.open(url);
  await gets(reader, 'it is broken');
  channel.isBroken = false;
  channel.grow();
  await gets(reader, 'all 2');
  reader.close();
});
