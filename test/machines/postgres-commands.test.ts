import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createStudy, float, random, space } from 'hpo';
import { describe, expect, it } from 'vitest';
import { formatIdentity, thisProcess } from '../../src/machine/process-identity.ts';
import { openStorage } from '../../src/storage/open-storage.ts';
import { freshDatabase, hasPostgres, postgresNote } from '../support/postgres.ts';
import { temporaryFolder } from '../support/run-hpo.ts';
import { WarmHpo } from '../support/warm-hpo.ts';

const warm = new WarmHpo();

/** A study of four finished trials, and one that runs on another machine. */
async function databaseWithStudy(): Promise<string> {
  const url = await freshDatabase();
  const study = await createStudy({
    name: 'a',
    storage: url,
    space: space({ x: float(0, 1) }),
    sampler: random(),
    seed: 1,
  });
  await study.optimize(({ params }) => params.x, { trials: 4 });
  await study.close();
  const storage = await openStorage(url, { create: false });
  const process = formatIdentity({ ...thisProcess(), host: 'node-1', boot: 'another' });
  await storage.startTrial(study.record, { holder: { id: 'other', graceMs: 120_000, process } });
  await storage.close();
  return url;
}

describe.skipIf(!hasPostgres)(`commands on PostgreSQL${postgresNote}`, () => {
  it('show and change studies as in a file', async () => {
    const url = await databaseWithStudy();
    const cwd = temporaryFolder();
    const hpo = (...args: string[]) => warm.run(args, { cwd, env: { HPO_STORAGE: url } });
    const printed = async (...args: string[]) => {
      const { code, stdout, stderr } = await hpo(...args);
      expect({ args, code, stderr }).toEqual({ args, code: 0, stderr: '' });
      return stdout;
    };
    expect(await printed('studies', '--format', 'csv')).toMatch(
      /^study,direction,complete,pruned,failed,best,running,machines\na,minimize,4,0,0,0\.\d+,1,1\n$/,
    );
    expect(await printed('trials', '--columns', 'trial,state,machine', '--format', 'value')).toBe(
      `${[0, 1, 2, 3].map((number) => `${number}\tCOMPLETE\t${thisProcess().host}\n`).join('')}4\tRUNNING\tnode-1\n`,
    );
    expect(await printed('trials')).toMatch(/^trial +state +value +duration +machine +params\.x\n/);
    expect(JSON.parse(await printed('export', 'a'))).toEqual({ x: expect.any(Number) });
    expect(await printed('best', 'a')).toMatch(/^state +COMPLETE$/m);
    expect((await hpo('importance', 'a')).code).toBe(0);
    await printed('plot', 'timeline', 'a', '-o', 'timeline.svg');
    expect(readFileSync(join(cwd, 'timeline.svg'), 'utf8')).toContain('>node-1<');
    await printed('report', 'a', '-o', 'report.html');
    await printed('enqueue', 'a', '--params', '{"x": 0.5}');
    expect(JSON.parse(await printed('ask', 'a'))).toEqual({ trial: 5, params: { x: 0.5 } });
    await printed('tell', 'a', '--trial', '5', '--value', '7');
    expect((await hpo('delete', 'a', '--yes')).stderr).toMatch(/being run by process \d+ on node-1; stop that first/);
    await printed('copy', 'a', 'b');
    await printed('copy', 'a', '--to', 'archive.db');
    await printed('copy', 'a', 'c', '--storage', 'archive.db', '--to', url);
    await printed('rename', 'b', 'd');
    await printed('delete', 'd', '--yes', '--force');
    await printed('delete', 'c', '--trial', '5', '--yes', '--force');
    expect(
      (await printed('studies', '--format', 'value')).split('\n').map((row) => row.split('\t').slice(0, 5)),
    ).toEqual([['a', 'minimize', '5', '0', '0'], ['c', 'minimize', '4', '0', '1'], ['']]);
    expect(await hpo('dashboard', 'a')).toMatchObject({ code: 2, stderr: expect.stringContaining('needs a terminal') });
  });

  it('that look after files name what does it there; doctor looks at the server and the way to it', async () => {
    const url = await databaseWithStudy();
    const cwd = temporaryFolder();
    const hpo = (...args: string[]) => warm.run(args, { cwd });
    const dump = `pg_dump --format=custom --file=hpo.dump ${url}`;
    expect(await hpo('backup', '--storage', url)).toEqual({
      code: 2,
      stdout: '',
      stderr: `hpo: hpo backup copies SQLite files; PostgreSQL has a program of its own for it: ${dump} (pg_restore reads it back).\n`,
    });
    expect(await hpo('repair', '--storage', url, '--yes')).toEqual({
      code: 2,
      stdout: '',
      stderr: `hpo: hpo repair mends SQLite files; a PostgreSQL server keeps its rows whole itself, its pg_amcheck looks for damage on the disk, and the next run takes back what dead processes left. \`hpo doctor --storage ${url}\` shows the rest.\n`,
    });
    const { code, stdout, stderr } = await hpo('doctor', '--storage', url);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const [database, server, link, ...others] = stdout.split('\n');
    expect(database).toMatch(/^database {2}postgresql:\S+ \(\d+\.\d MB\)$/);
    expect(server).toMatch(/^server {4}PostgreSQL \d+\S*, \d+ of \d+ connections taken$/);
    expect(link).toMatch(/^link {6}not encrypted, as postgres, [\d.]+ ms for a round trip$/);
    expect(others.filter((line) => !line.includes('fsync'))).toEqual([
      'schema    v3.2.0.a',
      'content   1 study, 5 trials',
      '',
      expect.stringMatching(
        /^· Trial 4 of 'a' is run by process \d+ on node-1, which is not a process of this machine: /,
      ),
      'The database is sound.',
      '',
    ]);
    const empty = await hpo('doctor', '--storage', await freshDatabase(), '--format', 'json');
    expect(empty).toMatchObject({ code: 1, stderr: '' });
    expect(JSON.parse(empty.stdout)).toMatchObject({
      schema: null,
      isSound: false,
      findings: [{ kind: 'wrong-schema' }, {}],
    });
  });

  it('doctor names a role that cannot write', async () => {
    const url = await databaseWithStudy();
    const { Client } = await import('pg');
    const client = new Client({ connectionString: url });
    await client.connect();
    await client.query(
      `DROP ROLE IF EXISTS reader; CREATE ROLE reader LOGIN; GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader`,
    );
    const asReader = url.replace('//postgres@', '//reader@');
    const found = await warm.run(['doctor', '--storage', asReader], { cwd: temporaryFolder() });
    await client.query('DROP OWNED BY reader; DROP ROLE reader');
    await client.end();
    expect(found).toMatchObject({ code: 1, stderr: '' });
    expect(found.stdout).toMatch(
      /^✗ The role "reader" may not read and write the table studies and 12 other tables: it cannot run studies\. {2}→ the owner of the tables runs: GRANT /m,
    );
  });
});
