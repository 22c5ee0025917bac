import { type Stats, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { HpoError } from '../../../base/errors.ts';

/** The usual folders of a local server's socket: Debian's by its two names, and PostgreSQL's own. */
export const SOCKET_FOLDERS: readonly string[] = ['/var/run/postgresql', '/run/postgresql', '/tmp'];

/** The connection that a password is for. */
export interface Login {
  /** The name of the database in messages. */
  readonly label: string;
  /** The name of the host, its address, or the folder of a Unix socket. */
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
}

/**
 * Gives a password once the server asks for one: `given`, that of the URL or of PGPASSWORD, else the password file's,
 * which is read each time. (`pg` would read the file, too, with a warning about its next version and for fewer hosts.)
 *
 * @param passfile the password file; default: `~/.pgpass`, on Windows `%APPDATA%\postgresql\pgpass.conf`.
 * @returns a function, so that no printed configuration shows a password. It throws HpoError HPO_STORAGE where there is
 *   none, saying where one is looked for.
 */
export function passwordFor(
  login: Login,
  given: string | undefined,
  passfile: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): () => Promise<string> {
  return async () => {
    if (given !== undefined) return given;
    const path = passfile ?? defaultFile(env);
    const { password, problem } = await fromFile(path, login);
    if (password !== undefined) return password;
    throw new HpoError(
      'HPO_STORAGE',
      `${login.label} asks for the password of ${login.user}, and ${problem}; give PGPASSWORD in the environment, or a line in ~/.pgpass.`,
      { data: { label: login.label } },
    );
  };
}

function defaultFile(env: Readonly<Record<string, string | undefined>>): string {
  return process.platform === 'win32'
    ? join(env.APPDATA ?? '.', 'postgresql', 'pgpass.conf')
    : join(env.HOME ?? homedir(), '.pgpass');
}

/** A password, or why there is none. */
type Found =
  | { readonly password: string; readonly problem?: never }
  | { readonly password?: never; readonly problem: string };

async function fromFile(path: string, login: Login): Promise<Found> {
  let stats: Stats | undefined;
  try {
    stats = statSync(path);
  } catch {
    return { problem: 'none was given' };
  }
  if (!stats.isFile()) return { problem: `${path} is no file` };
  if (process.platform !== 'win32' && (stats.mode & 0o077) !== 0) {
    return { problem: `${path} is not read, since others than its owner may read it (mend: chmod 600 ${path})` };
  }
  try {
    const password = passwordIn(await readFile(path, 'utf8'), login);
    return password === undefined ? { problem: `${path} has none for it` } : { password };
  } catch (error) {
    return { problem: `${path} cannot be read (${(error as NodeJS.ErrnoException).code})` };
  }
}

/**
 * The password of the first line that fits: `host:port:database:user:password`, `*` fits everything, `\` stands before a
 * colon or a backslash that belongs to a field. A local server's socket in its usual folder is `localhost`.
 */
export function passwordIn(content: string, { host, port, database, user }: Omit<Login, 'label'>): string | undefined {
  const hosts = SOCKET_FOLDERS.includes(host) ? [host, 'localhost'] : [host];
  const wanted = [hosts, [String(port)], [database], [user]];
  for (const line of content.split(/\r?\n/)) {
    if (line.startsWith('#')) continue;
    const fields = fieldsOf(line);
    const password = fields.at(4);
    if (password === undefined || password === '') continue;
    if (wanted.every((values, at) => fields[at] === '*' || values.includes(unescaped(fields[at] ?? '')))) {
      return unescaped(password);
    }
  }
  return undefined;
}

/** The fields of a line as they are written; colons behind the fourth belong to the password. */
function fieldsOf(line: string): string[] {
  const [, ...fields] =
    /^((?:\\.|[^:\\])*):((?:\\.|[^:\\])*):((?:\\.|[^:\\])*):((?:\\.|[^:\\])*):(.*)$/.exec(line) ?? [];
  return fields;
}

function unescaped(field: string): string {
  return field.replaceAll(/\\(.)/g, '$1');
}
