/**
 * The program of a process that tries this machine's backends for {@link diagnose}: it sends one finding after the
 * other, and leaves stdout and stderr to the native libraries.
 */
import { HpoError } from '../../../base/errors.ts';
import { device, probeBackends } from '../device.ts';
import { selfCheck } from '../self-check.ts';
import type { Message } from './diagnosis.ts';

process.on('disconnect', () => process.exit());

const send = (message: Message): unknown => process.send?.(message);

try {
  send({ finding: { backends: await probeBackends() } });
  send({ finding: { selfCheck: await selfCheck() } });
  const packing = await (await device()).packing?.({ log: (log) => send({ finding: { log } }) });
  if (packing) send({ finding: { packing } });
} catch (error) {
  if (!HpoError.is(error)) throw error;
  send({ error: { code: error.code, message: error.message } });
}
process.disconnect();
