import { mkdtempSync, renameSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createStudy, deleteStudy, float, random, renameStudy, space } from 'hpo';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ask, LiveReader } from '../../test/support/live-client.ts';
import { LiveFeed, LiveServer, WatchedStorage } from './index.ts';
import type { PageOrder } from './live-data.ts';

const SPACE = space({ x: float(0, 1) });

let folder: string;
let storage: string;
let study: Awaited<ReturnType<typeof newStudy>>;
let server: LiveServer;
const readers: LiveReader[] = [];

function newStudy(name: string) {
  return createStudy({ name, space: SPACE, storage, sampler: random(), seed: 1 });
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hpo-live-'));
  storage = join(folder, 'hpo.db');
  study = await newStudy('secret-study');
  server = await serve();
});

afterEach(async () => {
  for (const reader of readers.splice(0)) reader.close();
  await server.close();
  await study.close();
  rmSync(folder, { recursive: true });
});

async function serve(onOrder?: (order: PageOrder) => void): Promise<LiveServer> {
  const started = await LiveServer.start(0, { script: 'document.title', onOrder });
  started.show({ feed: new LiveFeed(new WatchedStorage(storage)), storageLabel: 'sqlite:///hpo.db' });
  return started;
}

async function open(name?: string, lastId?: string): Promise<LiveReader> {
  const reader = await LiveReader.open(server.url, name, lastId);
  readers.push(reader);
  return reader;
}

async function addTrial(): Promise<number> {
  const trial = await study.ask();
  await study.tell(trial, trial.params.x);
  return trial.number;
}

describe('who is let in', () => {
  const withPath = (path: string, token?: string) => {
    const url = new URL(server.url);
    url.pathname = path;
    if (token !== undefined) url.searchParams.set('token', token);
    return url.href;
  };
  const token = () => new URL(server.url).searchParams.get('token') ?? '';

  it('nobody without the token, and the refusal holds nothing', async () => {
    const wrong = token().replace(/^./, (first) => (first === 'A' ? 'B' : 'A'));
    for (const path of ['/', '/studies', '/events', '/nothing']) {
      for (const shown of ['', wrong, `${token()}A`]) {
        const { status, body } = await ask(withPath(path, shown));
        expect([status, body]).toEqual([403, 'The token is wrong or missing: open the address that hpo has printed.']);
      }
    }
    expect((await ask(server.url)).status).toBe(200);
  });

  it('nobody by a name that is not of this machine', async () => {
    const { host } = new URL(server.url);
    for (const foreign of ['evil.example', `evil.example:${host.split(':')[1]}`, '127.0.0.1.evil.example']) {
      const { status, body } = await ask(server.url, { headers: { host: foreign } });
      expect([status, body]).toEqual([403, 'This address is not served here.']);
    }
    // A port that is forwarded from another machine has another number there.
    expect((await ask(server.url, { headers: { host: 'localhost:9000' } })).status).toBe(200);
  });

  it('no request that changes something, unless a header shows the token, and none of a foreign page', async () => {
    const body = JSON.stringify({ type: 'interrupt' });
    const post = (headers: Readonly<Record<string, string>>, path = '/order') =>
      ask(withPath(path), { method: 'POST', body, headers });
    expect((await post({})).status).toBe(403); // the token in the URL does not count
    const own = { 'x-hpo-token': token() };
    expect((await post({ ...own, origin: 'http://evil.example' })).status).toBe(403);
    expect(await post(own)).toMatchObject({ status: 409, body: expect.stringContaining('only watched') });
    expect((await post(own, '/')).status).toBe(405);
    expect((await ask(withPath('/order'))).status).toBe(405);
    expect((await ask(withPath('/note'), { method: 'POST', body: 'x', headers: own })).status).toBe(400);
    expect((await ask(withPath('/etc/passwd'))).status).toBe(404);
  });

  it('pages are forbidden to load, frame and keep anything', async () => {
    const { headers, body } = await ask(server.url);
    expect(headers['content-security-policy']).toMatch(
      /^default-src 'none'; script-src 'sha256-\S+'; style-src 'sha256-\S+'; img-src data:; base-uri 'none'; form-action 'none'; connect-src 'self'; frame-ancestors 'none'$/,
    );
    expect(headers).toMatchObject({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' });
    expect(body).not.toMatch(/https?:/);
    const own = server.url.replace(/\?.*/, '');
    expect(own).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
  });
});

describe('the events', () => {
  it('bring all of a study, and then what changes', async () => {
    const running = await study.ask();
    const reader = await open('secret-study');
    const { data } = await reader.until('study');
    expect(data.trials.map(({ number, state }) => [number, state])).toEqual([[0, 'RUNNING']]);
    await running.report(0.5, 1);
    const reported = await reader.until('changes', ({ trials }) => trials[0]?.reports.length === 1);
    expect(reported.trials.map(({ number, reports }) => [number, reports])).toEqual([[0, [[1, 0.5]]]]);
    await study.tell(running, 0.25);
    const told = await reader.until('changes', ({ trials }) => trials[0]?.state === 'COMPLETE');
    expect([told.head.best, told.head.overview.counts.COMPLETE]).toEqual([[0], 1]);
    expect(reader.messages.filter(({ kind }) => kind === 'study')).toHaveLength(1);
  });

  it('bring a page that comes back what it has missed, and all to one that is unknown', async () => {
    await addTrial();
    const first = await open('secret-study');
    const other = await open('secret-study');
    await first.until('study');
    first.close();
    await addTrial();
    const { trials } = await other.until('changes');
    expect(trials.map(({ number }) => number)).toEqual([1]);
    const back = await open('secret-study', first.lastId);
    const missed = await back.until('changes');
    expect(missed.trials.map(({ number }) => number)).toEqual([1]);
    expect(back.messages).toHaveLength(1);
    const stranger = await open('secret-study', 'another-server.7');
    const { data } = await stranger.until('study');
    expect(data.trials).toHaveLength(2);
  });

  it('say that a study is not there, has another name, or was deleted', async () => {
    const missing = await open('nothing');
    expect(await missing.until('trouble')).toMatchObject({
      trouble: { kind: 'gone', text: expect.stringContaining("no study 'nothing'") },
    });
    const reader = await open('secret-study');
    await reader.until('study');
    await renameStudy({ name: 'secret-study', newName: 'other-name', storage });
    const renamed = await reader.until('changes', ({ head }) => head.study.name === 'other-name');
    expect(renamed.trials).toEqual([]);
    await deleteStudy({ name: 'other-name', storage });
    const gone = await reader.until('trouble', ({ trouble }) => trouble?.kind === 'gone');
    expect(gone.trouble?.text).toMatch(/^The study 'other-name' was deleted from /);
  });

  it('list the studies, and those that come', async () => {
    const reader = await open();
    const { studies } = await reader.until('studies');
    expect(studies.map(({ name }) => name)).toEqual(['secret-study']);
    const second = await newStudy('second');
    await second.close();
    await reader.until('studies', (message) => message.studies.length === 2);
  });

  it('say that the storage is away, and go on when it is back', async () => {
    await addTrial();
    const reader = await open('secret-study');
    await reader.until('study');
    await study.close(); // which leaves one file
    renameSync(storage, `${storage}.away`);
    await reader.until('trouble', ({ trouble }) => trouble?.kind === 'away');
    renameSync(`${storage}.away`, storage);
    await reader.until('trouble', ({ trouble }) => trouble === null);
    study = await createStudy({ name: 'secret-study', space: SPACE, storage, sampler: random(), ifExists: 'load' });
    await addTrial();
    const { head } = await reader.until('changes', (message) => message.head.overview.counts.COMPLETE === 2);
    expect(head.best).toHaveLength(1);
  });
});

it('closes at once, with pages open', async () => {
  const reader = await open('secret-study');
  await reader.until('study');
  const other = await serve();
  const ofOther = await LiveReader.open(other.url, 'secret-study');
  await ofOther.until('study');
  await other.close('The run has ended.');
  expect(await ofOther.until('trouble')).toMatchObject({ trouble: { kind: 'ended', text: 'The run has ended.' } });
});

it('refuses a port that another program uses', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await new Promise((listening) => taken.on('listening', listening));
  const { port } = taken.address() as AddressInfo;
  const start = LiveServer.start(port, { script: '' });
  await expect(start).rejects.toMatchObject({
    code: 'HPO_INVALID_ARGUMENT',
    message: `--port ${port}: another program uses this port; give another one, or leave --port out for a free one.`,
  });
  taken.close();
});

it('says that a study is being opened until there is one to show', async () => {
  const early = await LiveServer.start(0, { script: '' });
  expect(await ask(early.url)).toMatchObject({ status: 503, headers: { refresh: '1' } });
  await early.close();
});

describe('orders', () => {
  it('reach the run whole, or not at all', async () => {
    const orders: PageOrder[] = [];
    const steered = await serve((order) => {
      if (order.type === 'export') throw new Error('The disk is full.');
      orders.push(order);
    });
    const headers = { 'x-hpo-token': new URL(steered.url).searchParams.get('token') ?? '' };
    const give = (order: unknown) => {
      const url = steered.url.replace('/?', '/order?');
      return ask(url, { method: 'POST', headers, body: JSON.stringify(order) });
    };
    const good = [
      { type: 'prune', trial: 3 },
      { type: 'pause', paused: true },
      { type: 'target', target: 40 },
      { type: 'interrupt' },
    ];
    for (const order of good) expect((await give(order)).status).toBe(204);
    expect(orders).toEqual(good);
    for (const bad of [{ type: 'prune', trial: -1 }, { type: 'target', target: 0 }, { type: 'quit' }, 7, null]) {
      expect((await give(bad)).status).toBe(400);
    }
    expect(await give({ type: 'export' })).toMatchObject({ body: 'The disk is full.' });
    expect(orders).toHaveLength(good.length);
    await steered.close();
  });
});

describe('notes', () => {
  const save = (edit: object) => {
    const url = server.url.replace('/?', '/note?');
    const headers = { 'x-hpo-token': new URL(url).searchParams.get('token') ?? '' };
    return ask(url, { method: 'POST', headers, body: JSON.stringify({ study: 'secret-study', ...edit }) });
  };

  it("stand where Optuna's dashboard has them, for the study and for a trial, and are shown", async () => {
    await addTrial();
    const number = await addTrial();
    const reader = await open('secret-study');
    await reader.until('study');
    const long = `${'é😀'.repeat(1500)}end`;
    expect((await save({ trial: null, version: 1, body: long })).status).toBe(204);
    expect((await save({ trial: number, version: 1, body: '**best** so far' })).status).toBe(204);
    const { now } = await reader.until('changes', (message) => message.now.notes.length === 2);
    expect(now.notes).toEqual(
      expect.arrayContaining([
        { trial: null, version: 1, body: long },
        { trial: number, version: 1, body: '**best** so far' },
      ]),
    );
    const attrs = await study.systemAttrs();
    const { id } = (await study.trials())[number] ?? {};
    expect(attrs[`dashboard:${id}:note_str:0`]).toBe('**best** so far');
    expect(attrs['dashboard:note_ver']).toBe(1);
    expect([...String(attrs['dashboard:note_str:0'])]).toHaveLength(2045);
    expect((await save({ trial: null, version: 2, body: 'short' })).status).toBe(204);
    expect((await study.systemAttrs())['dashboard:note_str:1']).toBe('');
    await reader.until('changes', (message) => message.now.notes.some(({ body }) => body === 'short'));
  });

  it('that somebody else has changed meanwhile are not overwritten', async () => {
    const reader = await open('secret-study');
    await reader.until('study');
    expect((await save({ trial: null, version: 1, body: 'one' })).status).toBe(204);
    const late = await save({ trial: null, version: 1, body: 'another' });
    expect([late.status, late.body]).toEqual([
      409,
      'Somebody else has changed the note meanwhile; look at it and try again.',
    ]);
    expect((await save({ trial: 99, version: 1, body: '' })).status).toBe(409);
    expect((await study.systemAttrs())['dashboard:note_str:0']).toBe('one');
  });
});
