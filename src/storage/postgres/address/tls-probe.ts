import { createConnection } from 'node:net';
import type { ClientConfig } from 'pg';
import type { PostgresAddress } from './postgres-url.ts';

/** The message that asks a server for TLS, which it answers with one letter before it knows who asks. */
const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);

/**
 * The options with which a client connects to a database. Where TLS is only preferred, the server is asked whether it has
 * it, since `pg` itself either takes TLS or does not.
 *
 * @throws the error of the system where the server cannot be reached, as `pg` would.
 */
export async function connectionConfig({ config, prefersTls }: PostgresAddress): Promise<ClientConfig> {
  return prefersTls && !(await hasTls(config)) ? { ...config, ssl: false } : config;
}

function hasTls({ host, port, connectionTimeoutMillis = 0 }: PostgresAddress['config']): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const socket = createConnection({ host, port, timeout: connectionTimeoutMillis });
    const fail = (error: Error): void => {
      socket.destroy();
      reject(error);
    };
    socket.once('connect', () => socket.write(SSL_REQUEST));
    socket.once('data', (answer) => {
      socket.destroy();
      resolve(answer.toString('latin1', 0, 1) === 'S');
    });
    socket.once('timeout', () => fail(Object.assign(new Error('timeout expired'), { code: 'ETIMEDOUT' })));
    socket.once('error', fail);
    socket.once('end', () => fail(new Error('Connection terminated unexpectedly')));
  });
}
