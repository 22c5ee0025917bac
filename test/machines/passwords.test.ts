import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hasProc } from '../../src/machine/proc.ts';
import { HpoProcess } from '../support/hpo-process.ts';
import { hasPostgres, postgresNote, startServer } from '../support/postgres.ts';
import { runHpo } from '../support/run-hpo.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { writeStudy } from '../support/written-study.ts';

const SECRET = 'qu1et-pa55';

const OBJECTIVE = `
    await trial.report(1, 0);
    if (trial.number === 1) throw new Error('on purpose');
    if (trial.number === 2) while (!existsSync('go.txt')) await sleep(20);
    return 1;`;

const RETRAIN = "retrain: { run: () => ({ good: 1 }) }, transferFrom: [{ name: 'study', storage: process.env.OLD }],";

/** Each file below a folder, with its content. */
function filesIn(folder: string): readonly (readonly [file: string, content: string])[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => [name, readFileSync(join(parentPath, name), 'latin1')] as const);
}

/** The command lines and the environments of a process and of all its descendants, of those that are still there. */
function shownBy(pid: number): readonly { readonly pid: number; readonly args: string; readonly env: string }[] {
  const read = (name: string) => readFileSync(`/proc/${pid}/${name}`, 'utf8');
  try {
    const children = read(`task/${pid}/children`).split(' ').filter(Boolean).map(Number);
    return [{ pid, args: read('cmdline'), env: read('environ') }, ...children.flatMap(shownBy)];
  } catch {
    return [];
  }
}

describe.skipIf(!hasPostgres)(`the password of a PostgreSQL storage${postgresNote}`, () => {
  it('is in no event, file, row or argument of a run, nor in the environment of its trials', async () => {
    const server = await startServer({ password: SECRET });
    const url = server.url().replace('postgres@', `postgres:${SECRET}@`);
    const env = { HPO_STORAGE: url };
    const folder = tempFolder();
    const file = writeStudy(folder, OBJECTIVE, RETRAIN.replace(/transferFrom.*/, ''));
    const run = new HpoProcess(folder, ['run', file, '--trials', '4', '--workers', '1', '--tensorboard'], env);
    await run.waitFor('trial-started', ({ trial }) => trial === 2);
    const [worker] = run.of('worker-started');
    const processes = hasProc() ? shownBy(run.child.pid ?? 0) : [];
    writeFileSync(join(folder, 'go.txt'), '');
    expect(await run.ended).toMatchObject({ code: 0, stderr: '' });

    if (hasProc()) expect(processes.map(({ pid }) => pid)).toContain(worker?.pid);
    for (const { pid, args, env: environment } of processes) {
      expect(args).not.toContain(SECRET);
      if (pid === worker?.pid) expect(environment).not.toContain(SECRET);
    }
    expect(run.of('run-started')[0]?.storage).toBe(server.url());
    expect(JSON.stringify(run.events)).not.toContain(SECRET);

    const later = writeStudy(folder, 'return 2;', RETRAIN);
    writeFileSync(
      join(folder, 'later.ts'),
      readFileSync(join(folder, later), 'utf8').replace("name: 'study',", "name: 'later',"),
    );
    const shown = [];
    for (const args of [
      ['run', 'later.ts', '--trials', '1', '--workers', '1'],
      ['run', file, '--trials', '5', '--workers', '1'],
      ['best', 'study'],
      ['studies'],
      ['export', 'study'],
      ['report', 'study'],
      ['trials', 'missing'],
    ]) {
      const { stdout, stderr } = await runHpo(args, { cwd: folder, env: { ...env, OLD: url } });
      shown.push(stdout, stderr);
    }
    expect(shown.join('\n')).not.toContain(SECRET);
    const files = filesIn(folder);
    expect(files.map(([name]) => name)).toEqual(expect.arrayContaining(['best.json']));
    for (const [name, content] of files) expect(content.includes(SECRET), name).toBe(false);
    expect(files.some(([name, content]) => name === 'best.json' && content.includes(server.url()))).toBe(true);

    const [row] = await server.query("SELECT schema_to_xml('public', true, false, '')::text AS dump");
    const { dump } = row as { readonly dump: string };
    expect(dump).toContain('<study_name>later</study_name>');
    expect(dump).not.toContain(SECRET);
  });
});
