/**
 * The program of a process that shares a device with others like it: probe-process.ts BACKEND. Says that it is ready,
 * then answers each number of milliseconds with the images a second that it trained in as long.
 */
import { backendName, device } from '../device.ts';
import { imagesPerSecond } from '../training-speed.ts';

const batchSize = 64;

// A terminal's Ctrl-C goes to the whole group; what becomes of it is for those to say who wait for this process.
process.on('SIGINT', () => undefined);
process.on('disconnect', () => process.exit());

await device({ backend: backendName(process.argv[2] as string) });
await imagesPerSecond(batchSize, 2); // which prepares much that every later step finds
let rate = await imagesPerSecond(batchSize, 4);
process.on('message', async (milliseconds: number) => {
  const steps = Math.max(1, Math.round((rate * milliseconds) / 1000 / batchSize));
  rate = await imagesPerSecond(batchSize, steps);
  process.send?.(rate);
});
process.send?.('ready');
