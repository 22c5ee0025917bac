/**
 * The program of a process that shares a device with others like it: main.ts BACKEND. It says that it is ready, then
 * answers each number of milliseconds with the images a second that it trained on in that time.
 */
import { backendName, device } from '../device.ts';
import { imagesPerSecond } from '../training-speed.ts';

const batchSize = 64;
const warmUpMs = 600;

// A terminal's Ctrl-C reaches the whole process group; the process that waits for this one decides what follows.
process.on('SIGINT', () => undefined);
process.on('disconnect', () => process.exit());

await device({ backend: backendName(process.argv[2] as string) });
await imagesPerSecond(batchSize, 2); // compiles
let rate = await imagesPerSecond(batchSize, 4);
const trainFor = async (milliseconds: number): Promise<number> => {
  rate = await imagesPerSecond(batchSize, Math.max(1, Math.round((rate * milliseconds) / 1000 / batchSize)));
  return rate;
};
await trainFor(warmUpMs); // the first of them are slower than any later ones, and one process would look slower than two
process.on('message', async (milliseconds: number) => {
  process.send?.(await trainFor(milliseconds));
});
process.send?.('ready');
