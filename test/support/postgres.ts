import { createConnection, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { inject } from 'vitest';
import { afterFile } from './after-file.ts';
import { PostgresServer, type ServerOptions } from './postgres-server.ts';
import type { PostgresAnswer, PostgresRequest } from './postgres-setup.ts';

export { hasPostgres, PostgresServer, postgresNote, type ServerOptions } from './postgres-server.ts';

/**
 * Makes an empty database on the server that the tests of a run share; it is dropped after the file's last test. Only
 * where {@link hasPostgres} holds.
 *
 * @returns its URL, `postgresql://postgres@127.0.0.1:54321/test_7`; it takes no password.
 */
export function freshDatabase(): Promise<string> {
  return ask('database');
}

/**
 * Starts a server of the test's own, for tests that stop it, or that ask for a password or TLS; it ends after the file's
 * last test. Only where {@link hasPostgres} holds.
 */
export async function startServer(options?: ServerOptions): Promise<PostgresServer> {
  const server = await PostgresServer.start(await ask('cluster'), options);
  afterFile(() => server.close());
  return server;
}

interface Connection {
  readonly socket: Socket;
  readonly answers: AsyncIterator<string>;
}

let connection: Connection | undefined;
let last: Promise<unknown> = Promise.resolve();

/** Asks the process that runs the tests, over a connection that ends with the file. */
function ask(request: PostgresRequest): Promise<string> {
  const answer = last.then(async () => {
    connection ??= connect();
    const { socket, answers } = connection;
    socket.ref();
    socket.write(`${JSON.stringify(request)}\n`);
    const { value, done } = await answers.next();
    socket.unref();
    if (done) throw new Error('The process that runs the tests gave no PostgreSQL server.');
    const reply = JSON.parse(value) as PostgresAnswer;
    if ('problem' in reply) throw new Error(reply.problem);
    return reply.given;
  });
  last = answer.catch(() => undefined);
  return answer;
}

function connect(): Connection {
  const path = inject('postgresSocket');
  if (path === undefined) throw new Error('The project of this test has no PostgreSQL: see vitest.config.ts.');
  const socket = createConnection(path);
  afterFile(() => {
    socket.destroy();
    connection = undefined;
  });
  return { socket, answers: createInterface({ input: socket })[Symbol.asyncIterator]() };
}
