import type { Pool, PoolClient } from 'pg';
import { isOfFullPool } from './postgres-error.ts';

/**
 * A connection of a pool. One that waits for connections which are all in use goes on waiting, however long that takes:
 * it says nothing about the server.
 */
export async function freeClient(pool: Pool): Promise<PoolClient> {
  for (;;) {
    try {
      return await pool.connect();
    } catch (error) {
      if (!isOfFullPool(error)) throw error;
    }
  }
}
