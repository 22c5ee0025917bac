import type { Engine } from './engine.ts';
import { kubernetes } from './kubernetes/kubernetes.ts';
import { ray } from './ray.ts';
import { skypilot } from './skypilot.ts';
import { slurm } from './slurm.ts';
import { ssh } from './ssh.ts';

/** The engines that place workers, by their names. */
export const ENGINES: Readonly<Record<string, Engine>> = Object.fromEntries(
  [kubernetes, slurm, ray, skypilot, ssh].map((engine) => [engine.name, engine]),
);
