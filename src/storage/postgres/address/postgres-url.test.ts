import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ConnectionOptions } from 'node:tls';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { Client } from 'pg';
import { describe, expect, it } from 'vitest';
import { freshDatabase, hasPostgres, postgresNote, startServer } from '../../../../test/support/postgres.ts';
import { refusal } from '../../../../test/support/refusal.ts';
import { tempFolder } from '../../../../test/support/temp-folder.ts';
import { parsePostgresUrl } from './postgres-url.ts';
import { connectionConfig } from './tls-probe.ts';

const ENV = { PGUSER: 'ada', PGHOST: 'db.example' };

/** The connection that a URL names, without what every one has. */
function read(url: string, env: Readonly<Record<string, string>> = ENV) {
  const { label, config, prepare } = parsePostgresUrl(url, env);
  const { host, port, database, user, options, application_name: application } = config;
  return { label, host, port, database, user, options, application, prepare };
}

/** The password that a client would send. */
async function password(url: string, env: Readonly<Record<string, string>> = ENV): Promise<string> {
  return (parsePostgresUrl(url, env).config.password as () => Promise<string>)();
}

describe('a URL of PostgreSQL', () => {
  it.each([
    ['postgresql://ada@db.example:5432/hpo'],
    ['postgres://ada@db.example/hpo'],
    ['postgresql+psycopg://ada:pw@db.example/hpo'],
    ['postgresql+psycopg2:///hpo?host=db.example&user=ada&password=pw'],
    ['POSTGRESQL:///?dbname=hpo&host=db.example&port=5432&user=ada'],
  ])('%s names the same database as the others', (url) => {
    expect(read(url, {})).toEqual({
      label: 'postgresql://ada@db.example/hpo',
      host: 'db.example',
      port: 5432,
      database: 'hpo',
      user: 'ada',
      options: undefined,
      application: 'hpo',
      prepare: true,
    });
  });

  it('takes what it lacks from the environment, and its label says so', () => {
    const env = { ...ENV, PGPORT: '6543', PGDATABASE: 'studies', PGOPTIONS: '-c jit=off', PGAPPNAME: 'lab' };
    expect(read('postgresql://', env)).toEqual({
      label: 'postgresql://ada@db.example:6543/studies',
      host: 'db.example',
      port: 6543,
      database: 'studies',
      user: 'ada',
      options: '-c jit=off',
      application: 'lab',
      prepare: true,
    });
    expect(read('postgresql://bob@h:1/d?options=-c+a%3Db&application_name=x', env)).toMatchObject({
      label: 'postgresql://bob@h:1/d?options=-c%20a%3Db&application_name=x',
      options: '-c a=b',
      application: 'x',
    });
    expect(read('postgresql://h').database).toBe('ada');
  });

  it('may name a Unix socket, an address, and a pooler', () => {
    expect(read('postgresql://ada@/hpo?host=/run/postgresql&port=5433')).toMatchObject({
      label: 'postgresql://ada@/hpo?host=/run/postgresql&port=5433',
      host: '/run/postgresql',
      port: 5433,
    });
    expect(read('postgresql://%2Frun%2Fpostgresql/hpo').host).toBe('/run/postgresql');
    expect(read('postgresql://[::1]:5433/hpo')).toMatchObject({
      label: 'postgresql://ada@[::1]:5433/hpo',
      host: '::1',
    });
    expect(read('postgresql://pool/hpo?prepare=false')).toMatchObject({
      label: 'postgresql://ada@pool/hpo?prepare=false',
      prepare: false,
    });
  });

  it('of any characters is read back from its label, without the password', async () => {
    const name = fc.string({ minLength: 1, unit: 'grapheme' }).filter((text) => !/[\0,]/.test(text));
    await fc.assert(
      fc.asyncProperty(name, name, name, async (user, secret, database) => {
        const [encodedUser = '', encodedSecret = '', path = ''] = [user, secret, database].map(encodeURIComponent);
        const url = `postgresql://${encodedUser}:${encodedSecret}@h/${path}`;
        expect(read(url)).toMatchObject({ user, database, host: 'h' });
        expect(await password(url)).toBe(secret);
        const { label } = read(url);
        expect(label).toBe(`postgresql://${encodedUser}@h/${path}`);
        expect({ ...read(label), label }).toEqual(read(url));
      }),
    );
  });

  it('shows a password to nobody who prints it', () => {
    const files = tempFolder();
    const { privateKey } = generateKeyPairSync('ed25519');
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'hidden' });
    writeFileSync(join(files, 'key.pem'), pem);
    writeFileSync(join(files, 'cert.pem'), 'a certificate');
    const query = `password=hidden&sslpassword=hidden&sslcert=${files}/cert.pem&sslkey=${files}/key.pem`;
    const address = parsePostgresUrl(`postgresql://ada:hidden@h/d?${query}`, {});
    const { ssl } = address.config;
    expect(inspect(address, { depth: 9 })).not.toMatch(/hidden|PRIVATE/);
    expect(JSON.stringify(address)).not.toMatch(/hidden|PRIVATE/);
    expect((ssl as ConnectionOptions).key).toContain('PRIVATE');
  });
});

describe('a bad URL of PostgreSQL', () => {
  const SECRET = 'pa55word';
  it.each([
    [`postgresql:/ada:${SECRET}@h/d`, 'it does not begin as postgresql://host/database.'],
    [`postgresql://ada:${SECRET}#1@h/d`, 'it has a #; write %23.'],
    [`postgresql://ada:${SECRET}?1@h/d`, 'it has an @ behind a / or a ?; in a password write %2F and %3F, else %40.'],
    [`postgresql://ada:1/${SECRET}@h/d`, 'it has an @ behind a / or a ?; in a password write %2F and %3F, else %40.'],
    [`postgresql://ada:x@${SECRET}@h/d`, 'it has several @; in a user or a password write %40.'],
    [`postgresql://ada:${SECRET}%@h/d`, 'its password has a % that encodes no character; write %25.'],
    [`postgresql://ada:${SECRET}%00@h/d`, 'its password has a NUL character.'],
    [`postgresql://ada:${SECRET}`, 'its port is no number from 1 to 65535.'],
    [`postgresql://ada:${SECRET}@h:65536/d`, 'its port is no number from 1 to 65535.'],
    [`postgresql://ada:${SECRET}@h:1:2/d`, 'its port is no number from 1 to 65535.'],
    [`postgresql://ada:${SECRET}@a,b/d`, 'its host names several servers; name one.'],
    [`postgresql://ada:${SECRET}@a:1,b:2/d`, 'its port is no number from 1 to 65535.'],
    [`postgresql://ada:${SECRET}@a b/d`, 'its host is neither a name nor an address.'],
    [
      `postgresql://ada:${SECRET}@h/d?sslmode=on`,
      'its sslmode is none of disable, prefer, require, verify-ca, verify-full.',
    ],
    [`postgresql://ada:${SECRET}@h/d?prepare=no`, 'its prepare is none of true, false.'],
    [
      `postgresql://ada:${SECRET}@h/d?connect_timeout=x`,
      'its connect_timeout is no number of seconds from 0 to 86400.',
    ],
    [`postgresql://ada:${SECRET}@h/d?port=1&port=2`, 'it has port twice.'],
    [`postgresql://ada:${SECRET}@h/d?ssl_mode=require`, /it has a parameter ssl_mode, .*; did you mean `sslmode`\?$/],
    [`postgresql://ada:1@h/d?&${SECRET}%20x=1`, /it has a parameter without a proper name; hpo knows host, /],
  ])('%s is refused in one line without its password', async (url, problem) => {
    const message = await refusal((async () => read(url))());
    const start = 'HPO_INVALID_ARGUMENT The URL of the PostgreSQL storage is refused: ';
    expect(message.startsWith(start)).toBe(true);
    expect(message.slice(start.length)).toEqual(typeof problem === 'string' ? problem : expect.stringMatching(problem));
    expect(message).not.toContain(SECRET);
    expect(message).not.toContain('\n');
  });

  it.each([
    [{ PGPORT: 'x' }, 'PGPORT is no number from 1 to 65535.'],
    [{ PGSSLMODE: 'allow' }, 'PGSSLMODE is none of disable, prefer, require, verify-ca, verify-full.'],
    [{ PGHOST: 'a,b' }, 'PGHOST names several servers; name one.'],
  ])('may be due to the environment: %j', async (env, problem) => {
    expect(await refusal((async () => read('postgresql:///d', { ...ENV, ...env }))())).toContain(problem);
  });

  it('names a file of TLS that is not there, or is missing', async () => {
    const refused = (query: string) => refusal((async () => read(`postgresql://h/d?${query}`, ENV))());
    expect([
      await refused('sslmode=verify-ca'),
      await refused('sslrootcert=/no/ca.pem'),
      await refused('sslrootcert=system&sslmode=require'),
    ]).toMatchInlineSnapshot(`
      [
        "HPO_INVALID_ARGUMENT sslmode=verify-ca needs sslrootcert, the file of the authority that has signed the certificate.",
        "HPO_INVALID_ARGUMENT The file /no/ca.pem, which sslrootcert names, is not there.",
        "HPO_INVALID_ARGUMENT sslrootcert=system goes with sslmode=verify-full alone.",
      ]
    `);
  });
});

describe('the password of a connection', () => {
  /** An environment with a password file. */
  const withFile = (content: string, mode = 0o600) => {
    const HOME = tempFolder();
    writeFileSync(join(HOME, '.pgpass'), content, { mode });
    return { ...ENV, HOME };
  };

  it('comes from the URL, PGPASSWORD or the password file, in this order', async () => {
    const env = withFile('*:*:*:*:file\n');
    const withVariable = { ...env, PGPASSWORD: 'variable' };
    expect(await password('postgresql://ada:url@h/d', withVariable)).toBe('url');
    expect(await password('postgresql://h/d?password=url', withVariable)).toBe('url');
    expect(await password('postgresql://h/d', withVariable)).toBe('variable');
    expect(await password('postgresql://h/d', env)).toBe('file');
    const passfile = join(env.HOME, '.pgpass');
    expect(await password('postgresql://h/d', { ...ENV, PGPASSFILE: passfile })).toBe('file');
    expect(await password(`postgresql://h/d?passfile=${passfile}`, ENV)).toBe('file');
  });

  it('is that of the first line of the file that fits', async () => {
    const lines = [
      '# db.example:5432:hpo:ada:comment',
      'db.example:5432:hpo',
      'db.example:5433:*:ada:port',
      'db.example:*:other:ada:database',
      'localhost:*:*:*:local',
      '::1:*:*:*:unescaped',
      '\\:\\:1:*:*:*:escaped',
      'db.example:5432:a\\:b\\\\c:ada:co:lon\\\\s ',
      '*:*:*:bob:user',
      '',
    ];
    const env = withFile(lines.join('\r\n'));
    const urls = ['db.example:5433/x', 'db.example/other', '[::1]/x', 'localhost/x', 'bob@x/y', 'db.example/a%3Ab%5Cc'];
    const found = await Promise.all(urls.map((url) => password(`postgresql://${url}`, env)));
    expect(found).toEqual(['port', 'database', 'escaped', 'local', 'user', 'co:lon\\s ']);
    expect(await password('postgresql:///x?host=/var/run/postgresql', env)).toBe('local');
  });

  it('that is missing is asked for in one line', async () => {
    const folder = tempFolder();
    mkdirSync(join(folder, '.pgpass'));
    const said = [
      { ...ENV, HOME: '/nowhere' },
      withFile('*:*:*:bob:x'),
      withFile('*:*:*:*:x', 0o640),
      { ...ENV, HOME: folder },
    ].map(async (env) => (await refusal(password('postgresql://h/d', env))).replaceAll(env.HOME, 'HOME'));
    expect(await Promise.all(said)).toMatchInlineSnapshot(`
      [
        "HPO_STORAGE postgresql://ada@h/d asks for the password of ada, and none was given; give PGPASSWORD in the environment, or a line in ~/.pgpass.",
        "HPO_STORAGE postgresql://ada@h/d asks for the password of ada, and HOME/.pgpass has none for it; give PGPASSWORD in the environment, or a line in ~/.pgpass.",
        "HPO_STORAGE postgresql://ada@h/d asks for the password of ada, and HOME/.pgpass is not read, since others than its owner may read it (mend: chmod 600 HOME/.pgpass); give PGPASSWORD in the environment, or a line in ~/.pgpass.",
        "HPO_STORAGE postgresql://ada@h/d asks for the password of ada, and HOME/.pgpass is no file; give PGPASSWORD in the environment, or a line in ~/.pgpass.",
      ]
    `);
  });
});

describe.skipIf(!hasPostgres)(`a real server${postgresNote}`, () => {
  it('lets a client in by each of its URLs', async () => {
    const server = await startServer({ password: 'se:cr/et@' });
    const secret = encodeURIComponent('se:cr/et@');
    const name = async (url: string, env: Readonly<Record<string, string>>) => {
      const client = new Client(await connectionConfig(parsePostgresUrl(url, env)));
      await client.connect();
      const { rows } = await client.query("SELECT current_user || ' ' || current_setting('application_name') AS who");
      await client.end();
      return rows[0].who;
    };
    const file = join(tempFolder(), 'passwords');
    writeFileSync(file, `127.0.0.1:${server.port}:postgres:postgres:se\\:cr/et@\n`, { mode: 0o600 });
    const env = { PGUSER: 'postgres', PGHOST: '127.0.0.1', PGPORT: String(server.port) };
    expect(await name(server.url().replace('@', `:${secret}@`), {})).toBe('postgres hpo');
    expect(await name('postgresql://', { ...env, PGPASSWORD: 'se:cr/et@', PGAPPNAME: 'lab' })).toBe('postgres lab');
    expect(await name('postgresql://', { ...env, PGPASSFILE: file })).toBe('postgres hpo');
    expect(await name(`postgresql:///?host=${server.folder}`, { ...env, PGHOST: 'nowhere' })).toBe('postgres hpo');
    await expect(name('postgresql://', { ...env, HOME: '/nowhere' })).rejects.toThrow(
      'asks for the password of postgres',
    );
    await expect(name('postgresql://', { ...env, PGPASSWORD: 'wrong' })).rejects.toThrow(
      'password authentication failed',
    );
  });

  it('is asked in other databases by another path', async () => {
    const url = await freshDatabase();
    const client = new Client(await connectionConfig(parsePostgresUrl(url)));
    await client.connect();
    const { rows } = await client.query('SELECT current_database() AS name');
    await client.end();
    expect(new URL(url).pathname).toBe(`/${rows[0].name}`);
  });
});
