import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { freshDatabase, hasPostgres, type PostgresServer, postgresNote, startServer } from '../support/postgres.ts';
import { temporaryProject } from '../support/run-hpo.ts';
import { WarmHpo } from '../support/warm-hpo.ts';

// A database that cannot be used ends a command in one line that names it and the remedy, and in exit code 2.

const STUDY = `import { defineStudy, float, space } from 'hpo';
export default defineStudy({ name: 'study', space: space({ x: float(0, 1) }), trials: 1, objective: () => 1 });
`;

const hpo = new WarmHpo();

/** The line with which a command on a database ends, the server's port written as PORT. */
async function refused(url: string, args: readonly string[] = ['studies'], env = {}): Promise<string> {
  const cwd = temporaryProject({ 'study.ts': STUDY });
  const { code, stdout, stderr } = await hpo.run(args, { cwd, env: { HPO_STORAGE: url, PGPASSFILE: '/none', ...env } });
  expect({ code, stdout, lines: stderr.split('\n').length }, stderr).toEqual({ code: 2, stdout: '', lines: 2 });
  expect(readdirSync(cwd).sort()).toEqual(['node_modules', 'package.json', 'study.ts']);
  const port = /(?<=:)\d{4,5}(?=\/)/.exec(url)?.[0] ?? 'none';
  return stderr.replaceAll(port, 'PORT').trimEnd();
}

const RUN = ['run', 'study.ts', '--workers', '1'];

const SPACE = JSON.stringify({ x: { name: 'FloatDistribution', attributes: { low: 0, high: 1 } } });

describe.skipIf(!hasPostgres)(`a database that cannot be used${postgresNote}`, () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startServer({ password: 'right' });
  });

  it('is one whose server refuses, or has no such database', async () => {
    const url = (login: string, database = 'postgres') => server.url(database).replace('postgres@', `${login}@`);
    expect([
      await refused(url('postgres:wrong')),
      await refused(url('postgres')),
      await refused(url('postgres'), RUN, { PGPASSWORD: 'wrong' }),
      await refused(url('nobody:right')),
      await refused(url('postgres:right', 'missing')),
      await refused(`${url('postgres:right')}?options=-cno_such%3D1`),
      await refused(`${url('postgres:right')}?sslmode=require`),
    ]).toMatchInlineSnapshot(`
      [
        "hpo: postgresql://postgres@127.0.0.1:PORT/postgres refuses the user or the password (password authentication failed for user "postgres"); check the user in the URL, and PGPASSWORD or ~/.pgpass.",
        "hpo: postgresql://postgres@127.0.0.1:PORT/postgres asks for the password of postgres, and none was given; give PGPASSWORD in the environment, or a line in ~/.pgpass.",
        "hpo: postgresql://postgres@127.0.0.1:PORT/postgres refuses the user or the password (password authentication failed for user "postgres"); check the user in the URL, and PGPASSWORD or ~/.pgpass.",
        "hpo: postgresql://nobody@127.0.0.1:PORT/postgres refuses the user or the password (password authentication failed for user "nobody"); check the user in the URL, and PGPASSWORD or ~/.pgpass.",
        "hpo: postgresql://postgres@127.0.0.1:PORT/missing does not exist on this server (database "missing" does not exist); make it with createdb, or name another.",
        "hpo: postgresql://postgres@127.0.0.1:PORT/postgres?options=-cno_such%3D1: PostgreSQL says unrecognized configuration parameter "no_such" (42704).",
        "hpo: postgresql://postgres@127.0.0.1:PORT/postgres?sslmode=require has no TLS, which sslmode asks for (The server does not support SSL connections).",
      ]
    `);
  });

  it('is one whose server is away', async () => {
    await server.stop();
    const found = [
      await refused(server.url(), RUN),
      await refused(server.url().replace('127.0.0.1', 'localhost')),
      await refused('postgresql:///d?host=/no/such/folder', ['studies'], { PGUSER: 'ada' }),
    ];
    await server.start();
    expect(found).toMatchInlineSnapshot(`
      [
        "hpo: postgresql://postgres@127.0.0.1:PORT/postgres cannot be reached: no server answers there (connect ECONNREFUSED 127.0.0.1:PORT); start it, or check host and port.",
        "hpo: postgresql://postgres@localhost:PORT/postgres cannot be reached: no server answers there (connect ECONNREFUSED 127.0.0.1:PORT); start it, or check host and port.",
        "hpo: postgresql://ada@/d?host=/no/such/folder cannot be reached (connect ENOENT /no/such/folder/.s.PGSQL.5432).",
      ]
    `);
    expect(await refused('postgresql://ada@no-such-host.invalid/d')).toMatch(
      /^hpo: postgresql:\/\/ada@no-such-host\.invalid\/d cannot be reached: its host has no address \(getaddrinfo [\w ]+ no-such-host\.invalid\); check the name of the host\.$/,
    );
  });

  it('is one of a server that only reads, for commands that write', async () => {
    const standby = await startServer();
    await standby.stop();
    writeFileSync(join(standby.folder, 'data/standby.signal'), '');
    await standby.start();
    const cwd = temporaryProject();
    const ask = ['ask', 'study', '--space', SPACE];
    expect(await refused(standby.url(), ask)).toMatchInlineSnapshot(
      `"hpo: postgresql://postgres@127.0.0.1:PORT/postgres takes no writes: its server only reads, as a standby does (cannot set transaction read-write mode during recovery); name the primary server."`,
    );
    await standby.query('SELECT pg_promote()');
    expect(await hpo.run(ask, { cwd, env: { HPO_STORAGE: standby.url() } })).toMatchObject({ code: 0, stderr: '' });
  });

  it('is one without studies, for commands that read', async () => {
    expect((await refused(await freshDatabase())).replace(/test_\d+/, 'NAME')).toMatchInlineSnapshot(
      `"hpo: There is no study in postgresql://postgres@127.0.0.1:PORT/NAME; the first run of a study makes its tables."`,
    );
  });

  it('is one of something else, or of another schema', async () => {
    const url = server.url().replace('postgres@', 'postgres:right@');
    const made = async (sql: string) => {
      await server.query('DROP DATABASE IF EXISTS other');
      await server.query('CREATE DATABASE other');
      const other = url.replace(/\/postgres$/, '/other');
      if (sql.includes('alembic_version')) {
        const cwd = temporaryProject();
        const asked = await hpo.run(['ask', 'study', '--space', SPACE], { cwd, env: { HPO_STORAGE: other } });
        expect(asked).toMatchObject({ code: 0, stderr: '' });
      }
      await server.query(sql, 'other');
      return refused(other);
    };
    expect([
      await made('CREATE TABLE studies (id INT)'),
      await made("UPDATE alembic_version SET version_num = 'v3.0.0.d'"),
      await made("UPDATE alembic_version SET version_num = 'v6.0.0.a'"),
      await made('DELETE FROM alembic_version'),
      await made('DROP TABLE trial_heartbeats; SELECT FROM alembic_version'),
    ]).toMatchInlineSnapshot(`
      [
        "hpo: postgresql://postgres@127.0.0.1:PORT/other has a table studies of something else than Optuna; give hpo a database of its own, or a schema of its own by ?options=-csearch_path%3Dhpo.",
        "hpo: postgresql://postgres@127.0.0.1:PORT/other has schema v3.0.0.d, and hpo needs v3.2.0.a; run: optuna storage upgrade --storage 'postgresql://postgres@127.0.0.1:PORT/other'",
        "hpo: postgresql://postgres@127.0.0.1:PORT/other has schema v6.0.0.a of a newer Optuna, and hpo knows v3.2.0.a; update hpo.",
        "hpo: postgresql://postgres@127.0.0.1:PORT/other has tables of something else than Optuna; give hpo a database of its own, or a schema of its own by ?options=-csearch_path%3Dhpo.",
        "hpo: postgresql://postgres@127.0.0.1:PORT/other has no table trial_heartbeats, and hpo needs v3.2.0.a; run: optuna storage upgrade --storage 'postgresql://postgres@127.0.0.1:PORT/other'",
      ]
    `);
  });

  it('is one without the rights that a command needs', async () => {
    await server.query("CREATE ROLE reader LOGIN PASSWORD 'right'");
    await server.query('CREATE DATABASE shared');
    const url = (login: string) => server.url('shared').replace('postgres@', `${login}:right@`);
    const found = [await refused(url('reader'), RUN)];
    const cwd = temporaryProject();
    const asked = await hpo.run(['ask', 'study', '--space', SPACE], {
      cwd,
      env: { HPO_STORAGE: url('postgres') },
    });
    expect(asked).toMatchObject({ code: 0, stderr: '' });
    found.push(await refused(url('reader')));
    await server.query('GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader', 'shared');
    found.push(await refused(url('reader'), RUN));
    expect(found).toMatchInlineSnapshot(`
      [
        "hpo: postgresql://reader@127.0.0.1:PORT/shared does not allow this user to do that (permission denied for schema public); have its owner grant that.",
        "hpo: postgresql://reader@127.0.0.1:PORT/shared does not allow this user to do that (permission denied for table alembic_version); have its owner grant that.",
        "hpo: postgresql://reader@127.0.0.1:PORT/shared does not allow this user to do that (permission denied for table studies); have its owner grant that.",
      ]
    `);
    const { code, stdout } = await hpo.run(['studies'], { cwd, env: { HPO_STORAGE: url('reader') } });
    expect([code, stdout]).toEqual([0, expect.stringContaining('study')]);
  });
});
