import { readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { RunEvent } from '../../src/index.ts';
import { runHpo } from '../support/run-hpo.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { writeStudy } from '../support/written-study.ts';

it('the onEvent of a study hears what --json writes; an error of it costs a warning, as a folder that TensorBoard cannot have does', async () => {
  const cwd = tempFolder();
  const listener = `async onEvent(event) {
    const { appendFileSync } = await import('node:fs');
    appendFileSync('events.ndjson', JSON.stringify(event) + '\\n');
    if (event.type === 'trial-finished' && event.trial === 1) throw new Error('no network');
  },`;
  const study = writeStudy(cwd, 'await trial.report(params.x, 1); return params.x;', listener);
  const args = ['run', study, '--trials', '3', '--workers', '1', '--json', '--tensorboard', `${study}/tb`];
  const { code, stdout } = await runHpo(args, { cwd });
  expect(code).toBe(0);
  const written = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as RunEvent);
  const heard = readFileSync(join(cwd, 'events.ndjson'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as RunEvent);
  const types = (events: readonly RunEvent[]) =>
    events.map((event) => ('trial' in event ? `${event.type} ${event.trial}` : event.type));
  expect(types(heard).at(-1)).toBe('trial-finished 1');
  expect(types(heard)).toEqual(
    types(written)
      .filter((type) => type !== 'warning')
      .slice(0, heard.length),
  );
  const warnings = written.flatMap((event) => (event.type === 'warning' ? [event.message] : []));
  expect(warnings.map((message) => message.replaceAll(`${realpathSync(cwd)}/`, ''))).toEqual([
    'nothing more is written for TensorBoard: study.ts/tb: study.ts is not a folder',
    "the study's onEvent failed, and is not called any more: no network",
  ]);
  expect(types(written)).toContain('trial-finished 2');
});
