import { type ChildProcess, fork } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import { expect, it } from 'vitest';
import type { Rng } from '../../../src/base/rng.ts';
import { Channel, type Port } from '../../../src/runner/wire/channel.ts';
import { wrongValues } from '../../support/audit.ts';
import { Fuzz, oneOf, strange } from '../../support/fuzz.ts';
import { HpoProcess } from '../../support/hpo-process.ts';
import { writeKnownStudy } from '../../support/known-study.ts';
import { CHECKOUT } from '../../support/run-hpo.ts';
import { storedTrials } from '../../support/stored-trials.ts';
import { SWEEP_SEED, scaled } from '../../support/sweep-size.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { conclude } from './conclude.ts';

const HOUR = 3_600_000;
const KINDS = ['request', 'answer', 'refusal', 'other', '__proto__'];
const METHODS = [
  'echo',
  'report',
  'shouldPrune',
  'setUserAttr',
  'setConstraint',
  'suggest',
  'log',
  'warn',
  'progress',
  'toString',
];

/** A message that is nearly one of the channel's. */
function hostileMessage(rng: Rng): unknown {
  if (rng.integer(5) === 0) return strange(rng);
  const message: Record<string, unknown> = {
    kind: oneOf(rng, KINDS),
    id: rng.integer(3) === 0 ? strange(rng) : 1_000_000 + rng.integer(9),
    method: oneOf(rng, METHODS),
    argument: strange(rng),
    answer: strange(rng),
    failure: rng.integer(2) === 0 ? strange(rng) : { name: 'Error', message: strange(rng), code: strange(rng) },
  };
  for (const key of Object.keys(message)) if (rng.integer(8) === 0) delete message[key];
  return message;
}

it('fuzzing messages to a channel', { timeout: HOUR }, async () => {
  const { port1, port2 } = new MessageChannel();
  const port = (end: typeof port1): Port => ({
    send: (message) => end.postMessage(message),
    on: (e, l) => end.on(e, l),
  });
  interface Echo {
    echo(value: unknown): unknown;
  }
  const near = new Channel<Echo, Echo>(port(port1), { echo: (value) => value }, () => undefined);
  new Channel<Echo, Echo>(port(port2), { echo: (value) => value }, () => undefined);
  const fuzz = new Fuzz('messages of a channel');
  await fuzz.run(scaled(2_000, 200), async (rng) => {
    const message = hostileMessage(rng);
    try {
      port1.postMessage(message);
    } catch {
      return undefined; // what cannot be cloned cannot arrive
    }
    const sent = rng.uniform();
    return (await near.request('echo', sent)) === sent ? undefined : 'a request is answered wrongly';
  });
  port1.close();
  conclude(fuzz);
});

it('fuzzing messages from a worker to its run', { timeout: HOUR }, async () => {
  const folder = tempFolder();
  const file = writeKnownStudy(folder, { ms: 0 });
  const count = scaled(1_000, 100);
  const source = readFileSync(join(folder, file), 'utf8').replace(
    'const { knownLoss',
    `if (trial.number % 2 === 1) {
      const { Rng } = await import(${JSON.stringify(join(CHECKOUT, 'src/base/rng.ts'))});
      const { hostile } = await import(${JSON.stringify(join(CHECKOUT, 'test/support/hostile-requests.ts'))});
      const refusals: string[][] = [];
      const note = (message: any) => {
        if (message?.kind === 'refusal' && message.id >= 1_000_000) {
          refusals.push([message.failure.code ?? message.failure.name, message.failure.message]);
        }
      };
      process.on('message', note);
      for (let at = 0; at < ${count}; at++) {
        try { process.send?.(hostile(Rng.of(${SWEEP_SEED}, at, 'requests ' + trial.number))); } catch {}
        if (at % 50 === 0) await trial.shouldPrune();
      }
      await trial.shouldPrune();
      process.off('message', note);
      await trial.setUserAttr('refusals', refusals);
    }
    const { knownLoss`,
  );
  writeFileSync(join(folder, file), source);
  const run = new HpoProcess(folder, ['run', file, '--trials', '8', '--workers', '1']);
  const end = await run.ended;
  const fuzz = new Fuzz('messages of a worker');
  const trials = await storedTrials(folder);
  const refusals = trials.flatMap(({ userAttrs }) => (userAttrs.refusals ?? []) as readonly [string, string][]);
  for (const [code, message] of refusals) {
    const fault = fuzz.refuse(code, message);
    if (fault !== undefined) fuzz.wrong.push(fault);
  }
  await fuzz.run(4 * count - refusals.length, () => undefined); // those that are no requests, and those that are right
  if (end.code !== 0 || end.stderr !== '') fuzz.wrong.push(`the run ended with ${end.code}: ${end.stderr}`);
  for (const trial of trials) if (trial.number % 2 === 0) fuzz.wrong.push(...wrongValues(trial));
  for (const { state, number } of trials) if (state === 'FAIL') fuzz.wrong.push(`trial ${number} failed`);
  for (const { values, intermediateValues, number } of trials) {
    const numbers = [...(values ?? []), ...intermediateValues.values(), ...intermediateValues.keys()];
    if (numbers.some((each) => typeof each !== 'number')) fuzz.wrong.push(`trial ${number} stored ${numbers}`);
  }
  for (const { message } of run.of('warning')) fuzz.refuse('warning', message);
  expect(trials).toHaveLength(8);
  conclude(fuzz);
});

it('fuzzing messages to a worker', { timeout: HOUR }, async () => {
  const worker = fork(join(CHECKOUT, 'src/runner/worker/main.ts'), [String(process.pid)], {
    execArgv: ['--conditions=hpo-source', '--import', 'tsx'],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let said = '';
  worker.stderr?.on('data', (chunk) => {
    said += String(chunk).replaceAll(/\0?\s*\0?hpo begins\0?\s*/g, '');
  });
  const answers = new Map<number, unknown>();
  worker.on('message', (message: { readonly id?: number }) => {
    if (typeof message.id === 'number') answers.set(message.id, message);
  });
  const fuzz = new Fuzz('messages to a worker');
  const names = ['device', 'residentBytes', 'packing', 'prepare', 'runTrial', 'retrain', 'abort', 'load', 'toString'];
  let id = 1;
  await fuzz.run(scaled(1_000, 100), async (rng) => {
    const message = hostileMessage(rng) as Record<string, unknown>;
    if (typeof message === 'object' && message !== null && 'method' in message) message.method = oneOf(rng, names);
    try {
      worker.send(message as never);
    } catch {
      return undefined; // what cannot be cloned cannot arrive
    }
    const asked = id++;
    worker.send({ kind: 'request', id: asked, method: 'residentBytes', argument: undefined });
    while (!answers.has(asked)) {
      if (hasEnded(worker)) return `the worker ended: ${said}`;
      await new Promise((done) => setTimeout(done, 1));
    }
    const { answer } = answers.get(asked) as { readonly answer: unknown };
    return typeof answer === 'number' && answer > 0 ? undefined : `answers ${String(answer)}`;
  });
  for (const message of answers.values()) {
    const { failure } = message as { readonly failure?: { readonly code?: string; readonly message: string } };
    if (failure !== undefined) fuzz.refuse(failure.code ?? 'no code', failure.message);
  }
  worker.kill('SIGKILL');
  expect(said.trim()).toBe('');
  conclude(fuzz);
});

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}
