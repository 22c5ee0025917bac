import { existsSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import type { ClientConfig } from 'pg';
import { HpoError } from '../../../base/errors.ts';
import { asSentence, didYouMean } from '../../../base/nearest-name.ts';
import { passwordFor, SOCKET_FOLDERS } from './password.ts';
import { type SslMode, sslModes, sslOptions } from './ssl-options.ts';

/** A PostgreSQL database, as its URL and the environment name it. */
export interface PostgresAddress {
  /**
   * The URL in its shortest form, for people and for files: what the environment adds is in it, passwords never are.
   * It names the same database to hpo, and without hpo's own `prepare` to psql and Optuna.
   */
  readonly label: string;
  /** The options of a client of `pg`; passwords are only read when the server asks for one. */
  readonly config: ClientConfig & { readonly host: string; readonly port: number };
  /** Whether TLS is taken where the server has it, and no certificate is checked: `sslmode=prefer`. */
  readonly prefersTls: boolean;
  /** Whether statements are prepared under names; false for poolers that do not keep them: `?prepare=false`. */
  readonly prepare: boolean;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The parameters of a URL, each with the environment variable that stands for it where the URL does not have it. */
const PARAMETERS = {
  host: 'PGHOST',
  port: 'PGPORT',
  dbname: 'PGDATABASE',
  user: 'PGUSER',
  password: 'PGPASSWORD',
  passfile: 'PGPASSFILE',
  options: 'PGOPTIONS',
  application_name: 'PGAPPNAME',
  connect_timeout: 'PGCONNECT_TIMEOUT',
  sslmode: 'PGSSLMODE',
  sslrootcert: 'PGSSLROOTCERT',
  sslcert: 'PGSSLCERT',
  sslkey: 'PGSSLKEY',
  sslpassword: undefined,
  channel_binding: 'PGCHANNELBINDING',
  prepare: undefined,
} as const satisfies Readonly<Record<string, string | undefined>>;

type Parameter = keyof typeof PARAMETERS;

/** Parameters that no label shows, and those that stand in its other parts. */
const SECRET: ReadonlySet<Parameter> = new Set(['password', 'sslpassword']);
const IN_FRONT: ReadonlySet<Parameter> = new Set(['host', 'port', 'dbname', 'user']);

const DEFAULT_PORT = 5432;
const CONNECT_TIMEOUT_S = 10;

/**
 * Reads the URL of a PostgreSQL database, with the parameters and defaults of libpq, so that it means to hpo what it
 * means to psql and to Optuna: `postgresql://user:password@host:5432/database?sslmode=verify-full`, or `postgres://`, or
 * with the driver of SQLAlchemy, which is dropped: `postgresql+psycopg://`.
 *
 * - A part that is missing comes from PGHOST, PGPORT, PGDATABASE, PGUSER, PGPASSWORD, a password also from the file that
 *   PGPASSFILE names (`~/.pgpass`). The user is otherwise that of this process, the database has the user's name, and the
 *   host is this machine: its server's Unix socket where there is one, else localhost.
 * - Characters that have a meaning in URLs are percent-encoded: `%40` for `@`. A plus in the query is a space.
 * - `?host=/run/postgresql` is the folder of a Unix socket. Of several hosts none is taken.
 * - `?sslmode=` (PGSSLMODE), see {@link sslOptions}, with `sslrootcert`, `sslcert`, `sslkey`, `sslpassword`;
 *   `channel_binding=prefer` and `require` bind the password to the certificate where the server offers that.
 * - `?options=-csearch_path%3Dhpo` sets settings of the session (PGOPTIONS), `?application_name=` its name in the server's
 *   lists (PGAPPNAME; default: hpo), `?connect_timeout=` the seconds that a connection may take (PGCONNECT_TIMEOUT;
 *   default: 10; 0: no limit), `?passfile=` another password file.
 * - `?prepare=false` is hpo's own: no named statements, for pgbouncer in transaction mode.
 *
 * @throws HpoError HPO_INVALID_ARGUMENT in one line, in which neither a password stands nor a part that may hold one.
 */
export function parsePostgresUrl(url: string, env: Environment = process.env): PostgresAddress {
  const given = readUrl(url);
  const value = (name: Parameter): string | undefined => given.get(name) || env[PARAMETERS[name] ?? ''] || undefined;
  const source = (name: Parameter): string => (given.get(name) ? `its ${NOUNS[name] ?? name}` : `${PARAMETERS[name]}`);

  const port = numberIn(value('port') ?? String(DEFAULT_PORT), 1, 65535);
  if (port === undefined) refuse(`${source('port')} is no number from 1 to 65535`);
  const host = value('host') ?? localHost(port);
  if (host.includes(',')) refuse(`${source('host')} names several servers; name one`);
  if (/[\s@/?#[\]]/.test(host) && !host.startsWith('/')) refuse(`${source('host')} is neither a name nor an address`);
  const user = value('user') ?? processUser();
  const database = value('dbname') ?? user;
  const timeoutS = numberIn(value('connect_timeout') ?? String(CONNECT_TIMEOUT_S), 0, 86_400);
  if (timeoutS === undefined) refuse(`${source('connect_timeout')} is no number of seconds from 0 to 86400`);

  const choice = <T extends string>(name: Parameter, choices: readonly T[], byDefault: T): T => {
    const text = value(name) ?? byDefault;
    if (!choices.includes(text as T)) refuse(`${source(name)} is none of ${choices.join(', ')}`);
    return text as T;
  };
  const prepare = choice('prepare', ['true', 'false'], 'true') === 'true';
  const binding = choice('channel_binding', ['disable', 'prefer', 'require'], 'disable');
  const isLocal = host.startsWith('/');
  const mode: SslMode = choice('sslmode', sslModes, 'prefer');
  const ssl = isLocal
    ? false
    : sslOptions(mode, {
        rootCert: value('sslrootcert'),
        cert: value('sslcert'),
        key: value('sslkey'),
        passphrase: given.get('sslpassword'),
        home: env.HOME,
      });
  const label = labelOf({ host, port, database, user: value('user'), given });
  return {
    label,
    prefersTls: ssl !== false && mode === 'prefer',
    prepare,
    config: {
      host,
      port,
      database,
      user,
      password: passwordFor({ label, host, port, database, user }, value('password'), value('passfile'), env),
      ssl,
      options: value('options'),
      application_name: value('application_name') ?? 'hpo',
      connectionTimeoutMillis: timeoutS * 1000,
      enableChannelBinding: binding !== 'disable',
      keepAlive: true,
    },
  };
}

/** The names of parts of a URL, where they are not those of parameters. */
const NOUNS: Readonly<Partial<Record<Parameter, string>>> = { dbname: 'database' };

/**
 * The parts of a URL, by the names of the parameters that stand for them. A URL that is not as expected may hold a
 * password anywhere, so no part of it is in a message, except the name of a parameter where no @ follows the host.
 */
function readUrl(url: string): ReadonlyMap<Parameter, string> {
  const [, authority = '', path = '', query = ''] =
    /^postgres(?:ql)?(?:\+\w+)?:\/\/([^/?]*)(\/[^?]*)?(?:\?(.*))?$/is.exec(url) ??
    refuse('it does not begin as postgresql://host/database');
  if (url.includes('#')) refuse('it has a #; write %23');
  // A password with one of these characters would end the authority before its end.
  if (`${path}${query}`.includes('@'))
    refuse('it has an @ behind a / or a ?; in a password write %2F and %3F, else %40');
  const at = authority.indexOf('@');
  if (at !== authority.lastIndexOf('@')) refuse('it has several @; in a user or a password write %40');
  const [user = '', ...password] = at < 0 ? [] : authority.slice(0, at).split(':');
  const [, bracketed, name = '', port] =
    /^(?:\[([^\]]*)\]|([^:]*))(?::(.*))?$/s.exec(authority.slice(at + 1)) ??
    refuse('its host is neither a name nor an address; an address of IPv6 stands in [ ]');

  const parts = new Map<Parameter, string>();
  const add = (key: Parameter, text: string, what: string): void => {
    const decoded = decode(text, what);
    if (decoded !== '') parts.set(key, decoded);
  };
  add('user', user, 'user');
  add('password', password.join(':'), 'password');
  add('host', bracketed ?? name, 'host');
  add('port', port ?? '', 'port');
  add('dbname', path.slice(1), 'database');
  const seen = new Set<string>();
  for (const pair of query === '' ? [] : query.split('&')) {
    const [key = '', ...text] = pair.split('=');
    if (!Object.hasOwn(PARAMETERS, key)) refuse(`${unknownParameter(key)}${didYouMean(key, Object.keys(PARAMETERS))}`);
    if (seen.has(key)) refuse(`it has ${key} twice`);
    seen.add(key);
    add(key as Parameter, text.join('=').replaceAll('+', ' '), key);
  }
  return parts;
}

function unknownParameter(key: string): string {
  const known = Object.keys(PARAMETERS).join(', ');
  return /^\w+$/.test(key)
    ? `it has a parameter ${key}, and hpo knows ${known}`
    : `it has a parameter without a proper name; hpo knows ${known}`;
}

function decode(text: string, what: string): string {
  try {
    const decoded = decodeURIComponent(text);
    return decoded.includes('\0') ? refuse(`its ${what} has a NUL character`) : decoded;
  } catch (error) {
    if (HpoError.is(error)) throw error;
    return refuse(`its ${what} has a % that encodes no character; write %25`);
  }
}

/** The URL without passwords and defaults. @param user undefined for that of the process. */
function labelOf(parts: {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string | undefined;
  readonly given: ReadonlyMap<Parameter, string>;
}): string {
  const { host, port, database, user, given } = parts;
  const isLocal = host.startsWith('/');
  const query = isLocal ? [`host=${encodeURIComponent(host).replaceAll('%2F', '/')}`] : [];
  if (isLocal && port !== DEFAULT_PORT) query.push(`port=${port}`);
  for (const [name, text] of given) {
    if (!SECRET.has(name) && !IN_FRONT.has(name)) query.push(`${name}=${encodeURIComponent(text)}`);
  }
  const address = isLocal ? '' : host.includes(':') ? `[${host}]` : host;
  const authority = `${user === undefined ? '' : `${encodeURIComponent(user)}@`}${address}`;
  const where = isLocal || port === DEFAULT_PORT ? authority : `${authority}:${port}`;
  return `postgresql://${where}/${encodeURIComponent(database)}${query.length > 0 ? `?${query.join('&')}` : ''}`;
}

/** The host where none is named, as libpq has it: the socket of a server on this machine, else localhost. */
function localHost(port: number): string {
  return SOCKET_FOLDERS.find((folder) => existsSync(join(folder, `.s.PGSQL.${port}`))) ?? 'localhost';
}

function processUser(): string {
  try {
    return userInfo().username;
  } catch {
    return refuse(
      'it names no user, and this process has none by name; name one, as in postgresql://user@host/database',
    );
  }
}

function numberIn(text: string, least: number, most: number): number | undefined {
  const number = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  return number >= least && number <= most ? number : undefined;
}

function refuse(problem: string): never {
  throw new HpoError('HPO_INVALID_ARGUMENT', asSentence(`The URL of the PostgreSQL storage is refused: ${problem}`));
}
