import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { beforeAll, describe, expect, it } from 'vitest';
import { openStorage } from '../../src/storage/index.ts';
import { parsePostgresUrl } from '../../src/storage/postgres/address/postgres-url.ts';
import { connectionConfig } from '../../src/storage/postgres/address/tls-probe.ts';
import { hasPostgres, type PostgresServer, postgresNote, startServer } from '../support/postgres.ts';
import { refusal } from '../support/refusal.ts';
import { tempFolder } from '../support/temp-folder.ts';

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;
const note = postgresNote || (hasOpenssl ? '' : ' (skipped: no openssl, which makes certificates)');

/** Makes certificates: those of two authorities, and those that the first has given to the server and to a client. */
function makeCertificates() {
  const folder = tempFolder();
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'];
  for (const name of ['ca', 'other']) {
    openssl(
      'req',
      '-x509',
      ...key,
      '-noenc',
      '-days',
      '2',
      '-subj',
      `/CN=${name}`,
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.crt`,
    );
  }
  const sign = (name: string, subject: string, encryption: string[], extensions: string) => {
    openssl('req', ...key, ...encryption, '-subj', subject, '-keyout', `${name}.key`, '-out', `${name}.csr`);
    writeFileSync(join(folder, 'extensions'), extensions);
    const by = ['-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2', '-extfile', 'extensions'];
    openssl('x509', '-req', '-in', `${name}.csr`, ...by, '-out', `${name}.crt`);
  };
  sign('server', '/CN=db', ['-noenc'], 'subjectAltName=IP:127.0.0.1');
  sign('client', '/CN=postgres', ['-passout', 'pass:opens'], 'extendedKeyUsage=clientAuth');
  chmodSync(join(folder, 'client.key'), 0o600);
  return { folder, read: (name: string) => readFileSync(join(folder, name), 'utf8') };
}

describe.skipIf(!hasPostgres || !hasOpenssl)(`TLS to PostgreSQL${note}`, () => {
  let server: PostgresServer;
  let files: ReturnType<typeof makeCertificates>;
  beforeAll(async () => {
    files = makeCertificates();
    server = await startServer({
      password: 'right',
      tls: { cert: files.read('server.crt'), key: files.read('server.key') },
    });
  });

  const url = (query: string, host = '127.0.0.1') =>
    `${server.url().replace('postgres@127.0.0.1', `postgres:right@${host}`)}?${query}`.replaceAll(
      'FOLDER',
      files.folder,
    );

  /** Whether a connection is encrypted. */
  async function isEncrypted(query: string, host?: string): Promise<boolean> {
    const client = new Client(await connectionConfig(parsePostgresUrl(url(query, host), {})));
    await client.connect();
    const { rows } = await client.query('SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()');
    await client.end();
    return rows[0].ssl;
  }

  const refused = async (query: string, host?: string) => {
    const message = await refusal(openStorage(url(query, host), { create: true }));
    return message
      .replace(/^HPO_STORAGE postgresql:.*?(?= )/, 'IT')
      .replaceAll(files.folder, 'FOLDER')
      .replace(/user ".*"/, 'USER');
  };

  it.each([
    ['', '127.0.0.1'],
    ['sslmode=prefer', 'localhost'],
    ['sslmode=require', 'localhost'],
    ['sslmode=require&channel_binding=require', '127.0.0.1'],
    ['sslmode=require&sslrootcert=FOLDER/ca.crt', 'localhost'],
    ['sslmode=verify-ca&sslrootcert=FOLDER/ca.crt', 'localhost'],
    ['sslmode=verify-full&sslrootcert=FOLDER/ca.crt', '127.0.0.1'],
  ])('is taken by ?%s on %s', async (query, host) => {
    expect(await isEncrypted(query, host)).toBe(true);
  });

  it('is refused in one line where a certificate is not as asked for, or there is none', async () => {
    expect([
      await refused('sslmode=disable'),
      await refused('sslmode=require&sslrootcert=FOLDER/other.crt'),
      await refused('sslmode=verify-ca&sslrootcert=FOLDER/other.crt'),
      await refused('sslmode=verify-full&sslrootcert=FOLDER/other.crt'),
      await refused('sslmode=verify-full'),
      await refused('sslmode=verify-full&sslrootcert=FOLDER/ca.crt', 'localhost'),
    ]).toMatchInlineSnapshot(`
      [
        "IT refuses connections without TLS (no pg_hba.conf entry for host "127.0.0.1", USER, no encryption); give ?sslmode=require.",
        "IT has a certificate that is not trusted (unable to verify the first certificate); name the file of its authority by ?sslrootcert=.",
        "IT has a certificate that is not trusted (unable to verify the first certificate); name the file of its authority by ?sslrootcert=.",
        "IT has a certificate that is not trusted (unable to verify the first certificate); name the file of its authority by ?sslrootcert=.",
        "IT has a certificate that is not trusted (unable to verify the first certificate); name the file of its authority by ?sslrootcert=.",
        "IT has a certificate that names other hosts (Hostname/IP does not match certificate's altnames: Host: localhost. is not cert's CN: db); name one of them in the URL, or give ?sslmode=verify-ca.",
      ]
    `);
  });

  it('lets a client in by its certificate', async () => {
    const data = join(server.folder, 'data');
    writeFileSync(join(data, 'ca.crt'), files.read('ca.crt'));
    writeFileSync(join(data, 'pg_hba.conf'), 'local all all trust\nhostssl all all 127.0.0.1/32 cert\n');
    await server.query("ALTER SYSTEM SET ssl_ca_file = 'ca.crt'");
    await server.stop();
    await server.start();
    const client = 'sslmode=verify-full&sslrootcert=FOLDER/ca.crt&sslcert=FOLDER/client.crt&sslkey=FOLDER/client.key';
    expect(await isEncrypted(`${client}&sslpassword=opens`)).toBe(true);
    expect([
      await refused(client),
      await refused(`${client}&sslpassword=wrong`),
      await refused('sslmode=verify-full&sslrootcert=FOLDER/ca.crt'),
    ]).toMatchInlineSnapshot(`
      [
        "HPO_INVALID_ARGUMENT The file FOLDER/client.key, which sslkey names, holds no key in PEM that opens without sslpassword.",
        "HPO_INVALID_ARGUMENT The file FOLDER/client.key, which sslkey names, holds no key in PEM that opens with the sslpassword.",
        "IT refuses the user or the password (connection requires a valid client certificate); check the user in the URL, and PGPASSWORD or ~/.pgpass.",
      ]
    `);
  });
});
