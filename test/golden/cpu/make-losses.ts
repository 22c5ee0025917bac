import { writeFileSync } from 'node:fs';
import { lossCurve } from '../../support/loss-curve.ts';

// Writes losses.json, in a minute or two: npx tsx --conditions=hpo-source test/golden/cpu/make-losses.ts

const losses = await lossCurve('cpu', 25);
writeFileSync(new URL('losses.json', import.meta.url), `${JSON.stringify(losses, undefined, 2)}\n`);
